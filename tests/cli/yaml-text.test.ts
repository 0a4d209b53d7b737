import { parse } from 'yaml';
import { yamlText } from '../../src/cli/files/yaml-text.ts';

test('lists have a line for each item, maps are on one line, and comments are above their field', () => {
  const text = yamlText({
    fields: {
      name: { comment: ['Two lines', 'of words.'], value: 'shop' },
      target: { fields: { kind: { value: 'lambda' }, alias: { comment: ['Why.'], value: 'live' } } },
      strategy: { isApart: true, value: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }] },
      alarms: { value: [{ errorsAbove: '1 %', on: ['a', 'b'] }] },
      hooks: { value: [] },
    },
    end: ['The end.'],
  });
  expect(text).toBe(`# Two lines
# of words.
name: shop
target:
  kind: lambda
  # Why.
  alias: live

strategy:
  - setWeight: 10
  - bake: { minutes: 5 }
  - judge: {}
alarms:
  - { errorsAbove: 1 %, on: [ a, b ] }
hooks: []

# The end.
`);
});

test('a text that YAML would read as something else is quoted, and a long text stays on its line', () => {
  const target = { function: 'a, b', alias: 'true', note: '# none', long: 'word '.repeat(50).trim() };
  const text = yamlText({ fields: { target: { value: target } } });
  expect(parse(text)).toEqual({ target });
  expect(text.trimEnd().split('\n')).toHaveLength(1);
});

test('a comment of several lines stays a comment', () => {
  expect(parse(yamlText({ fields: { name: { comment: ['from a\nalarms: []'], value: 'shop' } } }))).toEqual({
    name: 'shop',
  });
});
