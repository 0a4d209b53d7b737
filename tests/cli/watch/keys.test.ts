import { keyLabels, openActs, pressed } from '../../../src/cli/watch/keys.ts';
import type { Shown } from '../../../src/cli/watch/seen.ts';

const shown = {
  id: 'dep-1',
  atPercent: 25,
  stable: '41',
  canary: '42',
  step: { number: 2, of: 6, inWords: 'bake', endsAt: null },
  actions: ['promote', 'pause', 'abort'].map((one) => ({ do: one, method: 'POST', href: `/deployments/dep-1/${one}` })),
} as unknown as Shown;
const press = (key: string, question: Parameters<typeof pressed>[1]['question'] = null) =>
  pressed(key, { shown, question });

test('only what the answer lists under actions is offered', () => {
  expect(openActs(shown)).toEqual(['promote', 'abort', 'pause']);
  expect(keyLabels(shown)).toEqual(['[p]romote', '[a]bort', 'pa[u]se', '[e]xplain', '[q]uit']);
  expect(press('r')).toEqual({ do: 'nothing' });
  expect(press('v')).toEqual({ do: 'nothing' });
  expect(press('\u001b[A')).toEqual({ do: 'nothing' });
});

test('a key asks once with the effect in figures, and only a y sends it, for the step that was seen', () => {
  const asked = press('p');
  expect(asked).toMatchObject({ do: 'ask', question: { act: 'promote', step: 2 } });
  if (asked.do !== 'ask') throw new Error('It has to ask.');
  expect(asked.question.text).toBe(
    'Promote: 42 gets 100 % of the calls now, in place of 25 %; 4 later steps are left out.',
  );
  expect(press('y', asked.question)).toEqual({ do: 'send', question: asked.question });
  for (const key of ['n', 'p', '\r', '\u001b', 'q']) expect(press(key, asked.question)).toEqual({ do: 'drop' });
});

test('an abort holds at any step, so it names none', () => {
  expect(press('a')).toEqual({
    do: 'ask',
    question: { act: 'abort', text: 'Abort: 41 gets all calls back; 42 has 25 % now.' },
  });
});

test('q and Ctrl-C leave, also while a question stands', () => {
  expect(press('q')).toEqual({ do: 'quit' });
  expect(press('\u0003')).toEqual({ do: 'quit' });
  const asked = press('a');
  expect(press('\u0003', asked.do === 'ask' ? asked.question : null)).toEqual({ do: 'quit' });
});
