/**
 * Finds judge steps at which the judge cannot decide, whatever the calls are: too few whole periods count by then. The judges
 * count periods in src/domain/verdict; tests/domain/undecidable.test.ts compares both.
 */
import type { TimedSpec } from '../deployment/time-needed.ts';
import { durationInWords, durationMs, durationOf } from '../duration.ts';
import type { FieldProblem, Judge, ThresholdJudge } from '../service/service-spec.ts';
import { planSteps, type Step } from '../service/strategy.ts';
import { POINTS_MIN } from '../verdict/mann-whitney.ts';
import { EXPECTED_REQUESTS } from '../verdict/sequential-verdict.ts';
import { type JudgedTime, judgedTime, type Seen } from './judged-time.ts';

export type MeasuringJudge = Exclude<Judge, { kind: 'alarms-only' }>;
export type JudgedSpec = TimedSpec & { readonly judge: Judge };

/** What a judge needs before it can find a version healthy. */
export interface Need {
  readonly periodSeconds: 10 | 60;
  /** Periods that count for nothing, from the first one with calls of the new version on. */
  readonly warmUpPeriods: number;
  /** Periods that count, at the least. */
  readonly periods: number;
  /** True when a period counts only with calls of stable. */
  readonly comparesWithStable: boolean;
}

/** What the judge needs at best: of the sequential judge, with a history of stable. */
export function needOf(judge: MeasuringJudge): Need {
  switch (judge.kind) {
    case 'threshold':
      return { periodSeconds: judge.periodSeconds, warmUpPeriods: 0, periods: 1, comparesWithStable: false };
    case 'mann-whitney':
      return { periodSeconds: 60, warmUpPeriods: 0, periods: POINTS_MIN, comparesWithStable: true };
    case 'sequential': {
      const { periodSeconds, warmUp } = judge;
      const warmUpPeriods = Math.ceil(durationMs(warmUp) / (periodSeconds * 1_000));
      return { periodSeconds, warmUpPeriods, periods: 1, comparesWithStable: true };
    }
  }
}

/** The periods that count for the judge. */
export function countedPeriods(seen: Seen, { warmUpPeriods, comparesWithStable }: Need): number {
  return Math.max(0, (comparesWithStable ? seen.shared : seen.periods) - warmUpPeriods);
}

/** The first judge step, and the time before it; null without a judge that measures, and without a judge step. */
export function firstJudgement(spec: JudgedSpec): {
  readonly judge: MeasuringJudge;
  readonly need: Need;
  readonly stepIndex: number;
  readonly time: JudgedTime;
} | null {
  const { judge } = spec;
  const stepIndex = planSteps(spec.strategy).findIndex((step) => 'judge' in step);
  if (judge.kind === 'alarms-only' || stepIndex === -1) return null;
  const need = needOf(judge);
  return { judge, need, stepIndex, time: judgedTime(spec, { stepIndex, periodSeconds: need.periodSeconds }) };
}

/** Empty when there is data by which the judge decides at the first judge step: later steps have seen more. */
export function undecidable(spec: JudgedSpec): FieldProblem[] {
  const first = firstJudgement(spec);
  if (first === null) return [];
  const { judge, need, stepIndex, time } = first;
  const counted = countedPeriods(time.most, need);
  if (counted < need.periods) {
    const pointer = judge.kind === 'sequential' && counted < time.most.shared ? '/judge/warmUp' : '/strategy';
    return [{ pointer, detail: `${whyTooFew(first)} ${wayOut(planSteps(spec.strategy), { ...first, stepIndex })}` }];
  }
  if (isStandstill(first)) return [{ pointer: '/strategy', detail: `${ALONE} ${AT_LESS}` }];
  return judge.kind === 'threshold' ? neverFailing(judge, spec) : [];
}

/** The whole periods without calls of stable, up to the judge step, at the fewest. The judge sequential takes them for a standstill. */
function isStandstill({ judge, need, time }: Omit<First, 'stepIndex'>): boolean {
  if (judge.kind !== 'sequential') return false;
  const idle = Math.floor(time.aloneMs / (need.periodSeconds * 1_000)) - 1;
  // Each period that counts has at least one request of stable.
  const each = Math.max(1, judge.minimumRequests / countedPeriods(time.most, need));
  return idle > 0 && idle * each >= EXPECTED_REQUESTS;
}

const ALONE =
  'The first judge step comes when the new version has had all calls for a while, and the judge sequential compares it with stable in the same periods, so no version can pass it.';
export const AT_LESS = 'Judge at a weight below 100 %, or choose the judge threshold or alarms-only.';

type First = NonNullable<ReturnType<typeof firstJudgement>>;

function whyTooFew({ judge, need, time }: Omit<First, 'stepIndex'>): string {
  const { most, bakedMs } = time;
  const baked = `The first judge step comes after ${bakedMs / 1_000} seconds of bakes`;
  if (need.comparesWithStable && most.shared < most.periods && most.shared === 0) {
    return `The first judge step comes when the new version has all calls, and the judge ${judge.kind} compares it with stable in the same periods, so no version can pass it.`;
  }
  const notWhole = `the one in which the rollout begins does not count, nor does one that is not over`;
  const ofSeconds = `of ${need.periodSeconds} seconds`;
  if (judge.kind === 'sequential' && need.warmUpPeriods > 0) {
    return `${baked}, and the warm-up of ${durationInWords(judge.warmUp)} leaves no whole period ${ofSeconds} to judge by: ${notWhole}. So no version can pass it.`;
  }
  const found = countedPeriods(most, need);
  const left = found === 0 ? 'no whole period' : `at most ${found} whole ${found === 1 ? 'period' : 'periods'}`;
  const needs = need.periods === 1 ? 'one' : String(need.periods);
  return `${baked}. That leaves ${left} ${ofSeconds} to judge by: ${notWhole}. The judge ${judge.kind} needs ${needs}, so no version can pass it.`;
}

function wayOut(steps: readonly Step[], { judge, need, time, stepIndex }: First): string {
  if (need.comparesWithStable && time.most.shared < time.most.periods && time.most.shared === 0) {
    return AT_LESS;
  }
  const bake = `Bake for ${durationInWords(enoughBake(need))} or more before it`;
  const shorter = judge.kind === 'sequential' && need.warmUpPeriods > 0 ? ', or shorten the warm-up' : '';
  const shares = steps.slice(0, stepIndex).some((step) => 'setWeight' in step);
  return shares ? `${bake}${shorter}.` : `Set a weight before it. ${bake}${shorter}.`;
}

/** Bakes that leave enough periods whatever the moment at which the rollout begins. */
export function enoughBake({ periodSeconds, warmUpPeriods, periods }: Need) {
  return durationOf((warmUpPeriods + periods + 1) * periodSeconds * 1_000);
}

const ALL_PERCENT = 100;

/** All time in which the judge may look at the new version. */
export function wholeTime(spec: JudgedSpec, periodSeconds: number): JudgedTime {
  return judgedTime(spec, { stepIndex: planSteps(spec.strategy).length - 1, periodSeconds });
}

/** A judge that can only say healthy decides nothing either. */
function neverFailing(judge: ThresholdJudge, spec: JudgedSpec): FieldProblem[] {
  const { failWhenAtLeast, ofLastPeriods, periodSeconds, rules } = judge;
  const { periods } = wholeTime(spec, periodSeconds).most;
  const pointless = rules.flatMap(({ metric, moreThan, observedOnly }, index) => {
    if (metric !== 'errorRatePercent' || moreThan < ALL_PERCENT || observedOnly === true) return [];
    const detail = `No error rate is above ${moreThan} %, so this rule can never fail. Write a limit below 100.`;
    return [{ pointer: `/judge/rules/${index}/moreThan`, detail }];
  });
  if (failWhenAtLeast > ofLastPeriods || periods >= failWhenAtLeast) return pointless;
  const fact = `Before the promotion the new version has at most ${periods} whole ${periods === 1 ? 'period' : 'periods'} of ${periodSeconds} seconds, so ${failWhenAtLeast} of them can never fail.`;
  const next = `Lower failWhenAtLeast to ${periods} or less, or bake longer.`;
  return [...pointless, { pointer: '/judge/failWhenAtLeast', detail: `${fact} ${next}` }];
}
