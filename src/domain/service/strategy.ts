/**
 * How a rollout goes forward: an ordered list of steps. Every strategy ends, after its last step, with the promotion
 * of the canary to all traffic; so an empty list takes everything at once.
 */
import { type Duration, durationMs } from '../duration.ts';

/** Share of live calls, in whole percent from 1 to 100, that goes to the canary. */
export interface SetWeight {
  readonly setWeight: number;
}
/** Wait at the present weight, while alarms and evidence may end the wait early. */
export interface Bake {
  readonly bake: Duration;
}
/** Ask the judge of the service; an unhealthy canary goes back, an inconclusive one follows the no-data policy. */
export interface JudgeStep {
  readonly judge: Readonly<Record<string, never>>;
}
/** Wait for a person; without an approval within the time, the rollout goes back. */
export interface Approve {
  readonly approve: { readonly within: Duration };
}
export type Step = SetWeight | Bake | JudgeStep | Approve;

export const PRESETS = ['canary10Percent5Minutes', 'linear10PercentEvery1Minute', 'allAtOnce'] as const;
export type Preset = (typeof PRESETS)[number];
export type Strategy = Preset | readonly Step[];

/** The steps of a strategy, presets spelled out. */
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

/** The step in words, for a timeline: `set weight 10 %`. */
export function stepInWords(step: Step): string {
  if ('setWeight' in step) return `set weight ${step.setWeight} %`;
  if ('bake' in step) return 'bake';
  if ('judge' in step) return 'judge';
  return 'approve';
}

/** How long all bakes take, in milliseconds. */
export function bakesMs(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + ('bake' in step ? durationMs(step.bake) : 0), 0);
}
