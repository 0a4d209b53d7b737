/**
 * How much a judge has seen when a judge step comes: the whole periods with calls of the new version, and the requests in them.
 * A period counts when it begins after the opening of the rollout and is over when the judge is asked.
 */
import { EXTENSIONS_MAX } from '../deployment/rollout.ts';
import { podsTime, type TimedSpec } from '../deployment/time-needed.ts';
import { durationMs } from '../duration.ts';
import { bakesMs, planSteps, type Step } from '../service/strategy.ts';

/** A time at one weight. At least the bakes; at most with what approvals, extensions and pods may take as well. */
interface Stay {
  /** The share of the calls that the new version has, in percent; above 0. */
  readonly percent: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** What the judge has seen at a judge step, at one moment of the minute at which the rollout may begin. */
export interface Seen {
  /** Whole periods in which the new version had calls. */
  readonly periods: number;
  /** Those of them in which stable had calls as well. */
  readonly shared: number;
  /** The expected requests of both versions in the periods from this one on, at so many requests a second of both. */
  readonly requests: (of: { readonly from: number; readonly until: number; readonly perSecond: number }) => Requests;
}

export interface Requests {
  readonly canary: number;
  readonly stable: number;
}

export interface JudgedTime {
  /** At the moment that leaves the fewest whole periods, when nothing but the bakes takes time. */
  readonly least: Seen;
  /** At the moment that leaves the most, when everything takes as long as it may. */
  readonly most: Seen;
  /** The bakes before the step in which the new version has calls. */
  readonly bakedMs: number;
  /** How long the bakes before the step have left stable without calls. */
  readonly aloneMs: number;
}

/**
 * The time of a judge step, by its place among the steps. It is exact for a rollout on Lambda without hooks: the first calls come
 * in the period in which the rollout is opened, and the judge is asked when the bake ends. Hooks and pods may delay the first calls
 * into a later period, which then counts; only `most` takes that in.
 */
export function judgedTime(
  spec: TimedSpec,
  { stepIndex, periodSeconds }: { readonly stepIndex: number; readonly periodSeconds: number },
): JudgedTime {
  const periodMs = periodSeconds * 1_000;
  const stays = staysBefore(spec, stepIndex);
  const mayBeginLater = podsTime(spec.target) !== null || spec.hooks.beforeTraffic.length > 0;
  const timed = (length: 'leastMs' | 'mostMs') => stays.map((stay) => ({ percent: stay.percent, ms: stay[length] }));
  return {
    least: seen(timed('leastMs'), { firstCallAt: 1 - periodMs, periodMs }),
    most: seen(timed('mostMs'), { firstCallAt: mayBeginLater ? periodMs - 1 : -1, periodMs }),
    aloneMs: totalMs(timed('leastMs').filter(({ percent }) => percent === 100)),
    bakedMs: bakesMs(withCalls(planSteps(spec.strategy).slice(0, stepIndex))),
  };
}

function withCalls(steps: readonly Step[]): readonly Step[] {
  const first = steps.findIndex((step) => 'setWeight' in step);
  return first === -1 ? [] : steps.slice(first);
}

function staysBefore({ strategy, noData, target }: TimedSpec, stepIndex: number): Stay[] {
  const steps = planSteps(strategy);
  const pods = podsTime(target);
  const podsMs = pods?.readyMs ?? 0;
  const stays: Stay[] = [];
  const add = (ms: Pick<Stay, 'leastMs' | 'mostMs'>) => {
    const last = stays.pop();
    if (last === undefined) return;
    stays.push({ ...last, leastMs: last.leastMs + ms.leastMs, mostMs: last.mostMs + ms.mostMs });
  };
  for (const [index, step] of steps.slice(0, stepIndex + 1).entries()) {
    if ('setWeight' in step) {
      // While pods become ready, calls go to them by the old weight or by the new one.
      add({ leastMs: 0, mostMs: podsMs });
      if (pods?.mixesVersions) stays.push({ percent: 50, leastMs: 0, mostMs: podsMs });
      stays.push({ percent: step.setWeight, leastMs: 0, mostMs: podsMs });
    } else if ('bake' in step) add({ leastMs: durationMs(step.bake), mostMs: durationMs(step.bake) });
    else if ('approve' in step) add({ leastMs: 0, mostMs: durationMs(step.approve.within) });
    else {
      const mostMs = noData === 'extend' ? extensionMs(steps[index - 1]) : 0;
      // A bake is repeated before the judge is asked for the last time.
      add({ leastMs: index === stepIndex ? mostMs : 0, mostMs });
    }
  }
  return stays;
}

function extensionMs(before: Step | undefined): number {
  return before !== undefined && 'bake' in before ? EXTENSIONS_MAX * durationMs(before.bake) : 0;
}

interface TimedStay {
  readonly percent: number;
  readonly ms: number;
}

/** Period 0 is the first one that counts, and begins at 0. The calls begin at `firstCallAt`, which may be before it. */
function seen(
  stays: readonly TimedStay[],
  { firstCallAt, periodMs }: { readonly firstCallAt: number; readonly periodMs: number },
): Seen {
  const ends = stays.map((_, index) => firstCallAt + totalMs(stays.slice(0, index + 1)));
  // Before the first weight the new version has no calls.
  const judgedAt = ends.at(-1) ?? 0;
  const lastShared = stays.findLastIndex(({ percent, ms }) => percent < 100 && ms > 0);
  const sharedUntil = ends[lastShared] ?? 0;
  const periods = Math.max(0, Math.floor(judgedAt / periodMs));
  return {
    periods,
    shared: Math.max(0, Math.min(periods, Math.ceil(sharedUntil / periodMs))),
    requests({ from, until, perSecond }) {
      const window = { from: from * periodMs, until: until * periodMs };
      const callsMs = (share: (percent: number) => number) =>
        stays.reduce((sum, { percent, ms }, index) => {
          const end = ends[index] as number;
          return sum + share(percent) * overlapMs(window, { from: end - ms, until: end });
        }, 0);
      const each = perSecond / 1_000 / 100;
      return { canary: each * callsMs((percent) => percent), stable: each * callsMs((percent) => 100 - percent) };
    },
  };
}

function totalMs(stays: readonly TimedStay[]): number {
  return stays.reduce((sum, { ms }) => sum + ms, 0);
}

interface Window {
  readonly from: number;
  readonly until: number;
}

function overlapMs(one: Window, other: Window): number {
  return Math.max(0, Math.min(one.until, other.until) - Math.max(one.from, other.from));
}
