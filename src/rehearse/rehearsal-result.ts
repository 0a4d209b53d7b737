/**
 * The types of a rehearsal: its order, and the results of one rollout, of a scenario of many, and of all scenarios.
 * Plain data, as --json prints it.
 */
import type { ServiceSpec } from '../domain/service/service-spec.ts';
import type { Harm, ServiceModel } from './model/service-model.ts';

export interface RehearsalScenario {
  /** The name in the report and in the seeds of its rollouts; unique in a rehearsal. */
  readonly name: string;
  readonly harm: Harm;
  /** `drawn`: a shared outage hits as many rollouts as the model says. `always`: it hits each rollout. */
  readonly outage: 'drawn' | 'always';
}

/** What differs between an installation in AWS and `npm start`, and between an old service and a new one. */
export interface Setting {
  /** How long stable has had calls before the rollout, in minutes; the judges know a service after an hour. */
  readonly historyMinutes: number;
  /** How often the judge looks: 60 in AWS, 10 under `npm start`. */
  readonly lookSeconds: number;
}

/** A service in AWS that has run for an hour and a little more. */
export const USUAL_SETTING: Setting = { historyMinutes: 65, lookSeconds: 60 };

export interface RehearsalOrder {
  readonly spec: ServiceSpec;
  readonly model: ServiceModel;
  readonly scenarios: readonly RehearsalScenario[];
  /** The number of rollouts of each scenario. */
  readonly runs: number;
  /** Rollout i of scenario s is drawn from `seed/s/i`, counted from 0, whichever thread runs it. */
  readonly seed: string;
  /** When left out, `USUAL_SETTING`. */
  readonly setting?: Setting | undefined;
  /** The number of threads; when left out, one per processor. 1 means only this thread. */
  readonly workers?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface RehearsalResult extends Pick<RehearsalOrder, 'model' | 'runs' | 'seed'> {
  readonly service: string;
  /** In the requested order. */
  readonly scenarios: readonly ScenarioResult[];
}

/**
 * `held`: the rollout waits for a person, because the judge could not tell or found both versions bad. `other`: none of
 * these.
 */
export const OUTCOMES = ['promoted', 'rolledBack', 'held', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The cause of a rollback. */
export const TAKERS = ['judge', 'alarm', 'other'] as const;
export type Taker = (typeof TAKERS)[number];

/** One rollout. Times in milliseconds, requests as counts. */
export interface RehearsedRollout {
  readonly outcome: Outcome;
  /** Null when it was not rolled back. */
  readonly takenBackBy: Taker | null;
  /**
   * From the first call that could go to the new version until no call could any more; null when that did not happen.
   */
  readonly toZeroMs: number | null;
  /** From the request to deploy until all calls went to the new version; null when that did not happen. */
  readonly toPromotionMs: number | null;
  /** The requests that the new version served until it was back at 0 %, had all calls, or waited for a person. */
  readonly canaryRequests: number;
  /**
   * How many more of those requests went bad than with the version before. It is an expectation, so not a whole number.
   */
  readonly harmedRequests: number;
  readonly transitions: number;
  /** The invocations of functions for this rollout. The ticks of the clock happen without it, and do not count. */
  readonly invocations: number;
  /** The series that CloudWatch was asked for. */
  readonly metricsRead: number;
  readonly builds: number;
  /** At list prices. */
  readonly usd: number;
}

export interface ScenarioResult {
  readonly scenario: RehearsalScenario;
  readonly runs: number;
  readonly outcomes: Readonly<Record<Outcome, Share>>;
  /** For a healthy version the false rollbacks; for a harmful version the misses, which are promotions. */
  readonly wentWrong: Share;
  readonly takenBackBy: Readonly<Record<Taker, number>>;
  readonly toZeroSeconds: Spread | null;
  readonly toPromotionSeconds: Spread | null;
  readonly canaryRequests: Spread | null;
  readonly harmedRequests: Spread | null;
  /** Means over the rollouts. */
  readonly transitions: number;
  readonly invocations: number;
  readonly metricsRead: number;
  readonly usd: number;
  /**
   * The share of all rollouts that were back at 0 % this many seconds after the first call that could go to the new
   * version.
   */
  readonly weightZero: readonly CurvePoint[];
  /** The share of all rollouts that were promoted this many seconds after the request. */
  readonly promoted: readonly CurvePoint[];
  /** The number of the first rollout with that outcome, to look at with --only; null when there is none. */
  readonly firstOf: Readonly<Record<Outcome, number | null>>;
}

/** A share of the rollouts, 0 to 1, and its 95 % interval by Wilson. */
export interface Share {
  readonly count: number;
  readonly share: number;
  readonly from: number;
  readonly to: number;
}

export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly p90: number;
}

/** The share from that second on, until the next point. */
export interface CurvePoint {
  readonly seconds: number;
  readonly share: number;
}
