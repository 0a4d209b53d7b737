import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { simulate } from '../../src/simulation/simulate.ts';
import { SEEDS } from '../effort.ts';
import { REGRESSION_SEEDS } from './seeds.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/**
 * Runs in its own process, because one core does 200 rollouts a second there, and a third of that under jest with
 * coverage.
 */
test(`no invariant is broken in ${SEEDS} seeds with faults`, async () => {
  const run = promisify(execFile)(process.execPath, [MAIN, 'simulate', '--seed', '1', '--seeds', `${SEEDS}`]);
  const { stdout } = await run.catch((failure: { readonly stdout: string }) => failure);
  expect(stdout).toMatch(
    new RegExp(`^${SEEDS} seeds, \\d{3,4} rollouts in [\\d.]+ s \\(\\d+ a second\\), 0 failed\\.\\n$`),
  );
}, 600_000);

test.each(REGRESSION_SEEDS)('seed %d breaks no invariant; it once found: %s', async (seed) => {
  const { failure } = await simulate(seed);
  expect(failure).toBeUndefined();
});

test('one seed replays byte for byte, and another seed gives another run', async () => {
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
