/** Some rollouts of one scenario, one after the other: the unit of work of a thread. */
import { SlipwayError } from '../domain/errors.ts';
import type { RehearsalOrder, RehearsedRollout } from './rehearsal-result.ts';
import { rehearseRollout } from './rehearse-rollout.ts';

export type BatchSource = Pick<RehearsalOrder, 'spec' | 'model' | 'scenarios' | 'seed' | 'setting'>;

/** The rollouts `from` to `until` - 1 of the scenario at that index. */
export interface Batch {
  readonly scenario: number;
  readonly from: number;
  readonly until: number;
}

/** Throws Broken with the number of the rollout that failed, and the cause. */
export async function runBatch(
  { spec, model, scenarios, seed, setting }: BatchSource,
  { scenario: index, from, until }: Batch,
): Promise<RehearsedRollout[]> {
  const scenario = scenarios[index];
  if (scenario === undefined) return [];
  const rollouts: RehearsedRollout[] = [];
  // Stack traces of the errors that the interpreter throws at every step take time, and are not read.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    for (let number = from; number < until; number += 1) {
      const seedOfOne = rolloutSeed({ seed, name: scenario.name, number });
      const told = await rehearseRollout({ spec, model, scenario, seed: seedOfOne, setting }).catch(
        (cause: unknown) => {
          throw brokenRollout({ seed, name: scenario.name, number, cause });
        },
      );
      rollouts.push(told.rollout);
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return rollouts;
}

interface Numbered {
  readonly seed: string;
  readonly name: string;
  readonly number: number;
}

export function rolloutSeed({ seed, name, number }: Numbered): string {
  return `${seed}/${name}/${number}`;
}

function brokenRollout({ seed, name, number, cause }: Numbered & { readonly cause: unknown }): SlipwayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const replay = `Replay it: slipway rehearse FILE --seed ${JSON.stringify(seed)} --only ${JSON.stringify(`${name}/${number}`)}`;
  return new SlipwayError('Broken', `Rollout ${name}/${number} of the rehearsal failed: ${why}\n${replay}`, { cause });
}
