import { inTurn } from '../../src/cli/demo/in-turn.ts';

function spoken() {
  const lines: string[] = [];
  return { lines, out: (line: string) => void lines.push(line) };
}

test('jobs run at once, and the second is told of when the first is done', async () => {
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

test('what the last job says after the others are done comes out at once', async () => {
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

test('a job that fails fails it all, after what it said, and no other rejection is left over', async () => {
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
