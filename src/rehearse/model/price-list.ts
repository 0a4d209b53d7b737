/** What AWS charges for the parts of Slipway, in one month and region, and the cost of a rollout by these prices. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface PriceList {
  /** The month in which the prices were looked up. */
  readonly asOf: string;
  readonly region: string;
  readonly prices: Readonly<
    Record<PriceName, { readonly usd: number; readonly a: string; readonly from: string; readonly lookedUp?: true }>
  >;
  /** Figures that only a real account can tell; they come from experience only. */
  readonly assumed: Readonly<Record<Assumption, number>>;
}
export type PriceName =
  | 'lambdaRequest'
  | 'lambdaGbSecond'
  | 'stateTransition'
  | 'apiRequest'
  | 'dpu'
  | 'alarmMetric'
  | 'customMetric'
  | 'dashboard'
  | 'metricRead'
  | 'logGb'
  | 'key'
  | 'notice'
  | 'event'
  | 'buildMinute';
type Assumption =
  | 'taskSeconds'
  | 'tickSeconds'
  | 'dpuEachInvocation'
  | 'logBytesEachInvocation'
  | 'minutesEachBuild'
  | 'metricsReadAMinute';

export const PRICES_FILE = fileURLToPath(new URL('./prices.json', import.meta.url));

export function readPrices(file: string = PRICES_FILE): PriceList {
  return JSON.parse(readFileSync(file, 'utf8')) as PriceList;
}

/** What one rollout used. */
export interface Used {
  readonly transitions: number;
  readonly invocations: number;
  /** The memory of each invocation, added up. */
  readonly invocationsGb: number;
  readonly metricsRead: number;
  readonly builds: number;
  readonly events: number;
  readonly notices: number;
}

/** In dollars at list prices, without free tiers. */
export function usdOf(used: Used, { prices, assumed }: PriceList): number {
  const { transitions, invocations, invocationsGb, metricsRead, builds, events, notices } = used;
  const counts: readonly (readonly [PriceName, number])[] = [
    ['stateTransition', transitions],
    ['lambdaRequest', invocations],
    ['lambdaGbSecond', invocationsGb * assumed.taskSeconds],
    ['dpu', invocations * assumed.dpuEachInvocation],
    ['logGb', (invocations * assumed.logBytesEachInvocation) / 1e9],
    ['apiRequest', 1],
    ['metricRead', metricsRead],
    ['event', events],
    ['notice', notices],
    ['buildMinute', builds * assumed.minutesEachBuild],
  ];
  return counts.reduce((sum, [price, count]) => sum + count * prices[price].usd, 0);
}
