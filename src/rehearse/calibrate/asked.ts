/** The types of the search: what a policy must keep, and what a policy is. */
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Harm, ServiceModel } from '../model/service-model.ts';

/** A harm that must be caught, with the words in which it was requested: `errors=2x`. */
export interface NamedHarm {
  readonly name: string;
  readonly harm: Harm;
}

/** The promises that a policy must keep. */
export interface Asked {
  /** The largest number of healthy versions in a hundred that are rolled back; above 0, at most 20. */
  readonly falseRollbackPercent: number;
  /**
   * The smallest number of versions in a hundred, with each of the harms, that are rolled back before they get all
   * calls; 50 to 99.9.
   */
  readonly powerPercent: number;
  readonly harms: readonly NamedHarm[];
  /** The longest duration of a whole rollout, in minutes. */
  readonly withinMinutes: number;
  /** The largest first weight, in percent. */
  readonly firstPercentMax: number;
}

/** One policy: the same bake at each weight, and a judge with this share of error to spend. */
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
  /** The number of rollouts of each kind by which a proposed policy was measured. */
  readonly runs: number;
}

export interface CalibrationOrder extends Calibration {
  /** The number of whole rollouts of each kind by which the proposal is checked. */
  readonly checkRuns: number;
  /** The number of threads for the check; when left out, one per processor. */
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
