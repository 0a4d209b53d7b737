/**
 * `slipway simulate`: runs seeds of the whole system with faults. One seed prints its trace; many seeds print only what
 * failed.
 */
import { simulate as run, type SimulationOptions, type SimulationResult } from '../../simulation/simulate.ts';
import type { ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { wholeNumber } from '../arguments/whole-number.ts';
import { SIMULATE } from '../declarations/simulate.ts';

type Say = (line: string) => void;

/** Far more seeds than a person would wait for. */
const COUNT_MAX = 1_000_000_000;

export function simulate(args: readonly string[], say: Say = console.log): Promise<number> {
  return withArguments(SIMULATE, { args, print: say, run: ({ values }) => simulateSeeds(values, say) });
}

async function simulateSeeds(values: ValuesOf<typeof SIMULATE.options>, say: Say): Promise<number> {
  const { rollouts, seeds } = values;
  const seed = wholeNumber(values.seed, { name: 'seed', min: 0, max: COUNT_MAX });
  const options =
    rollouts === undefined ? {} : { rollouts: wholeNumber(rollouts, { name: 'rollouts', max: COUNT_MAX }) };
  if (seeds === undefined) return simulateOne(seed, { ...options, trace: say });
  return simulateMany({ seed, seeds: wholeNumber(seeds, { name: 'seeds', max: COUNT_MAX }), say }, options);
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
