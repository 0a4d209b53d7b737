/** What is rehearsed, and what comes of it: of one rollout, of a scenario of many, of all scenarios. Plain data, as --json prints it. */
import type { ServiceSpec } from '../domain/service/service-spec.ts';
import type { Harm, ServiceModel } from './model/service-model.ts';

export interface RehearsalScenario {
  /** Names it in the report and in the seeds of its rollouts; unique in a rehearsal. */
  readonly name: string;
  readonly harm: Harm;
  /** `drawn`: a shared outage falls into as many rollouts as the model says; `always`: into each. */
  readonly outage: 'drawn' | 'always';
}

export interface RehearsalOrder {
  readonly spec: ServiceSpec;
  readonly model: ServiceModel;
  readonly scenarios: readonly RehearsalScenario[];
  /** Rollouts of each scenario. */
  readonly runs: number;
  /** Rollout i of scenario s is drawn from `seed/s/i`, counted from 0, whoever runs it. */
  readonly seed: string;
  /** Threads; left out, as many as there are processors. 1: this one. */
  readonly workers?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
}

export interface RehearsalResult extends Pick<RehearsalOrder, 'model' | 'runs' | 'seed'> {
  readonly service: string;
  /** In the order in which they were asked for. */
  readonly scenarios: readonly ScenarioResult[];
}

/** `held`: it waits for a person, because the judge could not tell or found both versions bad. `other`: none of these. */
export const OUTCOMES = ['promoted', 'rolledBack', 'held', 'other'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Who took a version back. */
export const TAKERS = ['judge', 'alarm', 'other'] as const;
export type Taker = (typeof TAKERS)[number];

/** One rollout. Times in milliseconds, requests as counts. */
export interface RehearsedRollout {
  readonly outcome: Outcome;
  /** Null when it was not taken back. */
  readonly takenBackBy: Taker | null;
  /** From the first call that could go to the new version until none could any more; null when that did not happen. */
  readonly toZeroMs: number | null;
  /** From the request to deploy until all calls went to the new version; null when that did not happen. */
  readonly toPromotionMs: number | null;
  /** Served by the new version until it was back at 0 %, had all calls, or waited for a person. */
  readonly canaryRequests: number;
  /** Of those, how many more went bad than would have with the version before: an expectation, so no whole number. */
  readonly harmedRequests: number;
  readonly transitions: number;
  /** Of functions that this rollout called; the clock's ticks are there without it. */
  readonly invocations: number;
  /** Series that were asked of CloudWatch. */
  readonly metricsRead: number;
  readonly builds: number;
  /** At list prices. */
  readonly usd: number;
}

export interface ScenarioResult {
  readonly scenario: RehearsalScenario;
  readonly runs: number;
  readonly outcomes: Readonly<Record<Outcome, Share>>;
  /** False rollbacks of a healthy version; misses, which are promotions, of a harmful one. */
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
  /** Share of all rollouts that were back at 0 % that many seconds after the first call that could go to the new version. */
  readonly weightZero: readonly CurvePoint[];
  /** Share of all rollouts that were promoted that many seconds after they were asked for. */
  readonly promoted: readonly CurvePoint[];
  /** The number of the first rollout that ended so, to look at with --only; null without one. */
  readonly firstOf: Readonly<Record<Outcome, number | null>>;
}

/** A share of the rollouts, 0 to 1, and its 95 % interval after Wilson. */
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
