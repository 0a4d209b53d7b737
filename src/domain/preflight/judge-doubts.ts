/**
 * Why a judge may decide nothing about a version of this service: never, not at this traffic, not without a history of stable, or not
 * at every moment of the minute. One sentence for each reason, with a next step. The judges themselves are in src/domain/verdict.
 */
import { durationInWords, durationOf } from '../duration.ts';
import type { SequentialJudge, ServiceSpec } from '../service/service-spec.ts';
import type { neverUnhealthy } from '../verdict/most-harm.ts';
import { periodsAfter } from '../verdict/sequential-evidence.ts';
import { type Finding, warning } from './finding.ts';
import type { JudgedTime, Requests, Seen } from './judged-time.ts';
import {
  AT_LESS,
  countedPeriods,
  enoughBake,
  firstJudgement,
  type JudgedSpec,
  type MeasuringJudge,
  type Need,
  needOf,
  undecidable,
  wholeTime,
} from './undecidable.ts';

export interface KnownService {
  /** The calls of all versions together; left out when they are not known. */
  readonly requestsPerSecond?: number | undefined;
  /** Minutes with calls of stable before the rollout; left out when that is not known, and then taken for enough. */
  readonly historyMinutes?: number | undefined;
  /**
   * Runs the judge on the worst data. Given only where the traffic is known: no bundle of a function in AWS contains the
   * judge for it.
   */
  readonly neverUnhealthy?: typeof neverUnhealthy | undefined;
}

/** Empty when nothing known speaks against a verdict at the first judge step. */
export function judgeDoubts(spec: JudgedSpec, known: KnownService = {}): string[] {
  const never = undecidable(spec);
  if (never.length > 0) return never.map(({ detail }) => detail);
  const first = firstJudgement(spec);
  if (first === null) return spec.judge.kind === 'alarms-only' ? [] : unasked({ ...spec, judge: spec.judge });
  const { judge, time } = first;
  const need = { ...first.need, periods: periodsFor(first, known) };
  if (countedPeriods(time.most, need) < need.periods) return [withoutHistory(need)];
  const { requestsPerSecond: perSecond } = known;
  return [
    ...(countedPeriods(time.least, need) < need.periods ? [atSomeMoments(first, need)] : []),
    ...(judge.kind === 'sequential' && time.aloneMs >= need.periodSeconds * 1_000 ? [withoutStable(time)] : []),
    ...(perSecond === undefined ? [] : tooFewRequests({ judge, need, seen: time.most, perSecond })),
    ...(judge.kind === 'sequential' ? harmless({ ...spec, judge }, known) : []),
  ];
}

/** Only warns: the alarms still decide, and a person may promote the version. */
export function judgeFindings(spec: ServiceSpec, known?: KnownService): Finding[] {
  return judgeDoubts(spec, known).map((detail) => warning('judgeDecides', { subject: spec.name, detail }));
}

type First = NonNullable<ReturnType<typeof firstJudgement>>;

function periodsFor({ judge, need }: First, { historyMinutes = Number.POSITIVE_INFINITY }: KnownService): number {
  return judge.kind === 'sequential' ? periodsAfter(historyMinutes, judge) : need.periods;
}

/** Without a judge step nothing waits for a verdict: the judge only looks in between, and mann-whitney never does. */
function unasked(spec: JudgedSpec & { readonly judge: MeasuringJudge }): string[] {
  const { judge } = spec;
  const next = 'Add { judge: {} } after a bake, or choose the judge alarms-only.';
  if (judge.kind === 'mann-whitney')
    return [
      `The judge mann-whitney decides at judge steps only, and the strategy has none, so it decides nothing. ${next}`,
    ];
  const need = needOf(judge);
  if (countedPeriods(wholeTime(spec, need.periodSeconds).most, need) >= need.periods) return [];
  return [
    `The strategy has no judge step and promotes before the judge ${judge.kind} has a whole period to judge by, so it decides nothing. ${next}`,
  ];
}

function withoutHistory(need: Need): string {
  const { periods, periodSeconds } = need;
  return `The judge sequential needs ${periods} periods of ${periodSeconds} seconds at the first judge step while stable has had few minutes of calls, and the bakes before it leave fewer. Wait some minutes before the first deployment, or bake for ${durationInWords(enoughBake(need))} or more.`;
}

function atSomeMoments({ time, judge }: First, need: Need): string {
  const { periodSeconds, periods } = need;
  const [least, most] = [countedPeriods(time.least, need), countedPeriods(time.most, need)];
  return `At the first judge step ${least} to ${most} whole periods of ${periodSeconds} seconds count for the judge ${judge.kind}, and ${periods} ${periods === 1 ? 'is' : 'are'} needed: it depends on the second at which the rollout begins. Bake for ${durationInWords(enoughBake(need))} or more before it.`;
}

function withoutStable({ aloneMs }: JudgedTime): string {
  return `The first judge step comes ${durationInWords(durationOf(aloneMs))} after the new version has got all calls. The judge sequential compares it with stable in the same periods, and takes a stable version without calls for a standstill. ${AT_LESS}`;
}

interface Calls {
  readonly judge: MeasuringJudge;
  readonly need: Need;
  readonly seen: Seen;
  readonly perSecond: number;
}

function tooFewRequests({ judge, ...calls }: Calls): string[] {
  const { perSecond, need } = calls;
  const at = `At ${short(perSecond)} requests a second`;
  switch (judge.kind) {
    case 'threshold': {
      const most = Math.max(...eachPeriod(calls, judge.ofLastPeriods).map(({ canary }) => canary));
      if (most >= judge.minimumRequests) return [];
      return [
        `${at} the new version has about ${short(most)} requests in ${need.periodSeconds} seconds before the first judge step, and a period counts from ${judge.minimumRequests} on. Raise the weight, or lower minimumRequests.`,
      ];
    }
    case 'mann-whitney': {
      const filled = eachPeriod(calls, PERIODS_MAX).reduce((sum, period) => sum + chanceOfBoth(period), 0);
      if (filled >= need.periods) return [];
      return [
        `${at} about ${short(filled)} whole minutes before the first judge step have calls of both versions, and ${need.periods} are needed. Bake longer, or raise the weight.`,
      ];
    }
    case 'sequential': {
      const { canary, stable } = calls.seen.requests({ from: need.warmUpPeriods, until: calls.seen.shared, perSecond });
      const fewest = Math.min(canary, stable);
      if (fewest >= judge.minimumRequests) return [];
      const who = canary <= stable ? 'the new version' : 'stable';
      return [
        `${at} ${who} has about ${short(fewest)} requests that count by the first judge step, and ${judge.minimumRequests} are needed. ${longer(judge.minimumRequests - fewest, calls)}, change the weight, or lower minimumRequests.`,
      ];
    }
  }
}

const PERIODS_MAX = 1_000;

/** The expected requests in each of the last periods. */
function eachPeriod({ seen, perSecond }: Pick<Calls, 'seen' | 'perSecond'>, last: number) {
  const count = Math.min(seen.periods, last);
  return Array.from({ length: count }, (_, index) => {
    const from = seen.periods - count + index;
    return seen.requests({ from, until: from + 1, perSecond });
  });
}

/** The chance that a period has calls of both versions. */
function chanceOfBoth({ canary, stable }: { readonly canary: number; readonly stable: number }): number {
  return (1 - Math.exp(-canary)) * (1 - Math.exp(-stable));
}

/** How much longer a bake must be, in whole minutes, at the rate of the last period. */
function longer(missing: number, { seen, perSecond, need }: Omit<Calls, 'judge'>): string {
  // A period counts by the judge step, so there is a last one.
  const last = eachPeriod({ seen, perSecond }, 1)[0] as Requests;
  const each = Math.min(last.canary, last.stable);
  if (each === 0) return 'Bake longer';
  const minutes = Math.ceil((Math.ceil(missing / each) * need.periodSeconds) / 60);
  return `Bake for about ${durationInWords(durationOf(minutes * 60_000))} longer`;
}

/** True harm must be findable before the promotion. */
function harmless(
  spec: JudgedSpec & { readonly judge: SequentialJudge },
  { requestsPerSecond: perSecond, neverUnhealthy: isHopeless }: KnownService,
): string[] {
  if (perSecond === undefined || isHopeless === undefined) return [];
  const { judge } = spec;
  const { most } = wholeTime(spec, judge.periodSeconds);
  const periods = eachPeriod({ seen: most, perSecond }, PERIODS_MAX);
  const rows = wholeRequests(periods).map((each, index) => ({ index, ...each }));
  if (!isHopeless(judge, rows)) return [];
  return [
    `At ${short(perSecond)} requests a second the new version has too few requests before the promotion: even if all of them fail, the judge sequential cannot find it unhealthy. Bake longer, raise the weight, or raise falseRollbackPercent.`,
  ];
}

/** Whole numbers that add up to the expected ones. */
function wholeRequests(periods: readonly Requested[]): Requested[] {
  const sums = { canary: 0, stable: 0 };
  const taken = { canary: 0, stable: 0 };
  const next = (version: 'canary' | 'stable', more: number) => {
    sums[version] += more;
    const whole = Math.floor(sums[version] + 1e-9) - taken[version];
    taken[version] += whole;
    return whole;
  };
  return periods.map(({ canary, stable }) => ({ canary: next('canary', canary), stable: next('stable', stable) }));
}

interface Requested {
  readonly canary: number;
  readonly stable: number;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
