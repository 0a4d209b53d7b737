import { inTurn } from '../../src/cli/demo/in-turn.ts';

function spoken() {
  const lines: string[] = [];
  return { lines, out: (line: string) => void lines.push(line) };
}

test('jobs run at the same time, and the output of the second appears when the first is done', async () => {
  const { lines, out } = spoken();
  const first = Promise.withResolvers<void>();
  const results = inTurn(
    [
      async (say) => {
        say('first begins');
        await first.promise;
        say('first ends');
        return 1;
      },
      async (say) => {
        say('second begins');
        return 2;
      },
    ],
    out,
  );
  expect(lines).toEqual(['first begins']);
  first.resolve();
  expect(await results).toEqual([1, 2]);
  expect(lines).toEqual(['first begins', 'first ends', 'second begins']);
});

test('output of the last job appears at once after the other jobs are done', async () => {
  const { lines, out } = spoken();
  const last = Promise.withResolvers<(line: string) => void>();
  const end = Promise.withResolvers<void>();
  const results = inTurn(
    [
      async () => {},
      async (say) => {
        last.resolve(say);
        await end.promise;
      },
    ],
    out,
  );
  const say = await last.promise;
  await Promise.resolve();
  await new Promise(setImmediate);
  say('still at work');
  expect(lines).toEqual(['still at work']);
  end.resolve();
  await results;
});

test('a job that fails makes all fail, after its output, and leaves no other rejection unhandled', async () => {
  const { lines, out } = spoken();
  const jobs = [
    async (say: (line: string) => void) => say('well'),
    async (say: (line: string) => void) => {
      say('badly');
      throw new Error('the second failed');
    },
    async () => {
      throw new Error('the third failed too');
    },
  ];
  await expect(inTurn(jobs, out)).rejects.toThrow('the second failed');
  expect(lines).toEqual(['well', 'badly']);
});
