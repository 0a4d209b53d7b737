import { ENTRY_KINDS, type EntryKind } from '../../src/domain/timeline.ts';
import { simulate } from '../../src/rehearsal/simulation/simulate.ts';
import { REGRESSION_SEEDS } from './seeds.ts';

const SEEDS = 1_000;

test(`no invariant is broken in ${SEEDS} seeds with faults, which see every kind of timeline entry`, async () => {
  const failures: string[] = [];
  const seen = new Set<EntryKind>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { failure, kinds } = await simulate(seed);
    for (const kind of kinds) seen.add(kind);
    if (failure) failures.push(`${failure.invariant}: ${failure.message}\n${failure.replay}`);
  }
  expect(failures).toEqual([]);
  // RollBackFailed takes minutes of failures in a row, which tests/workflows has.
  expect(ENTRY_KINDS.filter((kind) => !seen.has(kind) && kind !== 'RollBackFailed')).toEqual([]);
}, 180_000);

test.each(REGRESSION_SEEDS)('seed %d holds, in which %s', async (seed) => {
  const { failure } = await simulate(seed);
  expect(failure).toBeUndefined();
});

test('one seed replays byte for byte, and another one is another story', async () => {
  const traceOf = async (seed: number) => {
    const lines: string[] = [];
    const { digest, steps } = await simulate(seed, { trace: (line) => lines.push(line) });
    return { digest, steps, lines };
  };
  const first = await traceOf(7);
  expect(first.lines.length).toBeGreaterThan(10);
  expect(await traceOf(7)).toEqual(first);
  expect((await traceOf(8)).digest).not.toBe(first.digest);
});
