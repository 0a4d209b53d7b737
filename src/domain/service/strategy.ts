/**
 * How a rollout goes forward: an ordered list of steps. After its last step, every strategy promotes the canary to all
 * traffic. So an empty list promotes at once.
 */
import { type Duration, durationMs } from '../duration.ts';

/** The canary's share of the live calls, in whole percent from 1 to 100. */
export interface SetWeight {
  readonly setWeight: number;
}
/** Waits at the current weight. Alarms and evidence may end the wait early. */
export interface Bake {
  readonly bake: Duration;
}
/**
 * Asks the judge of the service. An unhealthy canary is rolled back; an inconclusive result follows the no-data policy.
 */
export interface JudgeStep {
  readonly judge: Readonly<Record<string, never>>;
}
/** Waits for a person. Without an approval in time, the rollout is rolled back. */
export interface Approve {
  readonly approve: { readonly within: Duration };
}
export type Step = SetWeight | Bake | JudgeStep | Approve;

export const PRESETS = ['canary10Percent5Minutes', 'linear10PercentEvery1Minute', 'allAtOnce'] as const;
export type Preset = (typeof PRESETS)[number];
export type Strategy = Preset | readonly Step[];

/** Returns the steps of a strategy; a preset becomes its steps. */
export function planSteps(strategy: Strategy): readonly Step[] {
  switch (strategy) {
    case 'canary10Percent5Minutes':
      return [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }];
    case 'linear10PercentEvery1Minute':
      return [10, 20, 30, 40, 50, 60, 70, 80, 90].flatMap((setWeight): Step[] => [
        { setWeight },
        { bake: { minutes: 1 } },
        { judge: {} },
      ]);
    case 'allAtOnce':
      return [];
  }
  return strategy;
}

/** The step in words for a timeline, such as `set weight 10 %`. */
export function stepInWords(step: Step): string {
  if ('setWeight' in step) return `set weight ${step.setWeight} %`;
  if ('bake' in step) return 'bake';
  if ('judge' in step) return 'judge';
  return 'approve';
}

/** The steps of a plan in words, such as `in 2 steps: set weight 10 %, bake, promote`. */
export function stepsInWords(steps: readonly Step[]): string {
  if (steps.length === 0) return 'to a promotion at once, without a canary';
  const count = steps.length === 1 ? '1 step' : `${steps.length} steps`;
  return `in ${count}: ${[...steps.map(stepInWords), 'promote'].join(', ')}`;
}

/** The length of all bakes together, in milliseconds. */
export function bakesMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + ('bake' in step ? durationMs(step.bake) : 0), 0);
}
