/** `slipway simulate`: runs seeds of the whole system with faults. One seed prints its trace; many print what failed. */
import { parseArgs } from 'node:util';
import { simulate as run, type SimulationOptions, type SimulationResult } from '../../simulation/simulate.ts';

type Say = (line: string) => void;

export async function simulate(args: string[], say: Say = console.log): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { seed: { type: 'string', default: '1' }, seeds: { type: 'string' }, rollouts: { type: 'string' } },
  });
  const options = values.rollouts === undefined ? {} : { rollouts: Number(values.rollouts) };
  const seed = Number(values.seed);
  return values.seeds === undefined
    ? simulateOne(seed, { ...options, trace: say })
    : simulateMany({ seed, seeds: Number(values.seeds), say }, options);
}

async function simulateOne(seed: number, options: SimulationOptions & { readonly trace: Say }): Promise<number> {
  const result = await run(seed, options);
  options.trace(inWords(result));
  return result.ok ? 0 : 1;
}

async function simulateMany(
  { seed, seeds, say }: { seed: number; seeds: number; say: Say },
  options: SimulationOptions,
): Promise<number> {
  const begin = performance.now();
  let rollouts = 0;
  let failed = 0;
  for (let next = seed; next < seed + seeds; next += 1) {
    const result = await run(next, options);
    rollouts += result.rollouts;
    if (result.ok) continue;
    failed += 1;
    say(inWords(result));
  }
  const seconds = (performance.now() - begin) / 1_000;
  const rate = Math.round(rollouts / seconds);
  say(`${seeds} seeds, ${rollouts} rollouts in ${seconds.toFixed(1)} s (${rate} a second), ${failed} failed.`);
  return failed === 0 ? 0 : 1;
}

function inWords({ seed, ok, steps, rollouts, digest, failure }: SimulationResult): string {
  const what = `seed ${seed}: ${steps} steps, ${rollouts} rollouts, trace ${digest}`;
  if (ok || failure === undefined) return `${what}: every invariant holds.`;
  return `${what}: invariant "${failure.invariant}" broken at step ${failure.atStep}: ${failure.message}\n  ${failure.replay}`;
}
