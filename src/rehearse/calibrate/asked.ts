/** What a policy is to keep, and what one is: the words in which the search speaks. */
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Harm, ServiceModel } from '../model/service-model.ts';

/** A harm that is to be caught, with the words in which it was asked for: `errors=2x`. */
export interface NamedHarm {
  readonly name: string;
  readonly harm: Harm;
}

/** What is promised of a policy. */
export interface Asked {
  /** At most so many healthy versions in a hundred are taken back; above 0, at most 20. */
  readonly falseRollbackPercent: number;
  /** At least so many in a hundred with each of the harms are taken back before all calls go to them; 50 to 99.9. */
  readonly powerPercent: number;
  readonly harms: readonly NamedHarm[];
  /** The longest that a whole rollout may take, in minutes. */
  readonly withinMinutes: number;
  /** The first weight is at most so many percent. */
  readonly firstPercentMax: number;
}

/** One policy: the same bake at each weight, and a judge that spends so much of its error. */
export interface Candidate {
  /** Rising, in percent. */
  readonly weights: readonly number[];
  readonly bakeMinutes: number;
  /** The judge's own `falseRollbackPercent` and `harmRatio`. */
  readonly alphaPercent: number;
  readonly harmRatio: number;
}

export interface Calibration {
  readonly spec: ServiceSpec;
  readonly model: ServiceModel;
  readonly asked: Asked;
  readonly seed: string;
  /** Rollouts of each kind by which a policy that is proposed was measured. */
  readonly runs: number;
}

export interface CalibrationOrder extends Calibration {
  /** Whole rollouts of each kind by which the proposal is checked. */
  readonly checkRuns: number;
  /** Threads for the check; left out, as many as there are processors. */
  readonly workers?: number;
  readonly onProgress?: (progress: {
    readonly doing: 'Searching' | 'Checking';
    readonly done: number;
    readonly of: number;
  }) => void;
}

export function totalMinutes({ weights, bakeMinutes }: Pick<Candidate, 'weights' | 'bakeMinutes'>): number {
  return weights.length * bakeMinutes;
}
