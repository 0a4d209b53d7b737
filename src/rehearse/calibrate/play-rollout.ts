/**
 * One rollout through the shipped judge, minute by minute, as the shipped machine asks it. There is a look at closed
 * minutes each whole minute and a judge step at the end of each bake, and bakes may end early. It runs without the
 * machine itself, so that a search is fast enough.
 */
import { EXTENSIONS_MAX } from '../../domain/deployment/rollout.ts';
import type { NoDataPolicy } from '../../domain/service/service-spec.ts';
import type { PeriodRow } from '../../domain/verdict/period-row.ts';
import type { SequentialPolicy } from '../../domain/verdict/policy.ts';
import { initial, next, type SequentialState } from '../../domain/verdict/sequential.ts';
import { judgementOf } from '../../domain/verdict/sequential-verdict.ts';
import { drawVersion, SAME } from '../model/draw-period.ts';
import { harmedShare } from '../model/harm-of-calls.ts';
import type { Harm, ServiceModel } from '../model/service-model.ts';
import { type Candidate, totalMinutes } from './asked.ts';
import { rowOf } from './judge-rows.ts';
import type { Circumstances } from './rollout-circumstances.ts';

export interface RolloutOrder {
  readonly candidate: Pick<Candidate, 'weights' | 'bakeMinutes'>;
  readonly policy: SequentialPolicy;
  readonly noData: NoDataPolicy;
  readonly endsBakesEarly: boolean;
  readonly model: ServiceModel;
  readonly harm: Harm;
  readonly met: Circumstances;
}

export interface PlayedRollout {
  /** `held`: the rollout waits for a person. */
  readonly outcome: 'promoted' | 'rolledBack' | 'held';
  /** From the first shift to the end. */
  readonly minutes: number;
  /** The expected number of the canary's calls that were worse than they would have been with stable. */
  readonly harmed: number;
}

/** The state of a rollout. Times are in minutes; the first shift is in minute 0. */
interface Play {
  state: SequentialState;
  /** The last minute that was drawn, and the last minute that the judge has seen. */
  drawn: number;
  seen: number;
  /** The minutes that were drawn and that the judge has not seen, by their number. */
  readonly arriving: Map<number, PeriodRow>;
  step: number;
  stepStartedAt: number;
  extensions: number;
  /** The time up to which the canary's share of calls is summed; then the sum within this minute, and the total. */
  summedTo: number;
  shareOfMinute: number;
  share: number;
}

interface End {
  readonly outcome: PlayedRollout['outcome'];
  readonly at: number;
}

export function playRollout(order: RolloutOrder): PlayedRollout {
  const { model, harm } = order;
  const { offset } = order.met;
  const play: Play = {
    state: initial(order.policy),
    drawn: 0,
    seen: 0,
    arriving: new Map(),
    step: 0,
    stepStartedAt: offset,
    extensions: 0,
    summedTo: offset,
    shareOfMinute: 0,
    share: 0,
  };
  for (let minute = 0; ; minute += 1) {
    const end = (minute === 0 ? null : lookAt(order, play)) ?? bakeEnd(order, play);
    if (end !== null) {
      sumShare(order, { play, until: end.at });
      return {
        outcome: end.outcome,
        minutes: end.at - offset,
        harmed: play.share * requestsAMinute(order) * harmedShare(model, harm),
      };
    }
    closeMinute(order, play);
  }
}

/**
 * When the clock ticks, the figures of the minute that has just closed have not arrived; two seconds later they have.
 */
const ARRIVES_AFTER = 2 / 60;
/** The shortest step in whole minutes, as in src/domain/deployment/rollout.ts. */
const EARLY_END_MINUTES = 2;

/** The tick at the start of a minute: it rolls back, or ends the bake of a canary that is shown to be good. */
function lookAt(order: RolloutOrder, play: Play): End | null {
  const at = play.drawn + 1;
  seeUntil(play, at);
  if (play.state.condemned !== null) return { outcome: 'rolledBack', at };
  const isTooSoon = at < Math.ceil(play.stepStartedAt) + EARLY_END_MINUTES;
  if (!order.endsBakesEarly || isTooSoon) return null;
  return judgementOf(play.state).advice === 'promote' ? judgeStep(order, { play, at }) : null;
}

function bakeEnd(order: RolloutOrder, play: Play): End | null {
  const at = play.stepStartedAt + order.candidate.bakeMinutes;
  return at < play.drawn + 2 ? judgeStep(order, { play, at }) : null;
}

interface Moment {
  readonly play: Play;
  readonly at: number;
}

/** Runs at the end of a bake. Returns null when the rollout goes on. */
function judgeStep(order: RolloutOrder, { play, at }: Moment): End | null {
  seeUntil(play, at);
  const { kind, blames } = judgementOf(play.state);
  if (kind === 'unhealthy') return { outcome: 'rolledBack', at };
  if (kind === 'inconclusive') return blames === 'both' ? { outcome: 'held', at } : withoutData(order, { play, at });
  if (play.step + 1 === order.candidate.weights.length) return { outcome: 'promoted', at };
  sumShare(order, { play, until: at });
  play.step += 1;
  play.stepStartedAt = at;
  play.extensions = 0;
  return null;
}

function withoutData({ noData }: RolloutOrder, { play, at }: Moment): End | null {
  if (noData === 'hold') return { outcome: 'held', at };
  if (noData === 'rollBack' || play.extensions === EXTENSIONS_MAX) return { outcome: 'rolledBack', at };
  play.extensions += 1;
  play.stepStartedAt = at;
  return null;
}

function seeUntil(play: Play, at: number): void {
  while (play.seen < play.drawn && play.seen + 2 + ARRIVES_AFTER <= at && play.state.condemned === null) {
    play.seen += 1;
    const row = play.arriving.get(play.seen);
    play.arriving.delete(play.seen);
    if (row !== undefined) play.state = next(play.state, row);
  }
}

/** Draws the next minute. The minute in which the rollout was opened is not whole, so it is no evidence. */
function closeMinute(order: RolloutOrder, play: Play): void {
  const { model, harm, met } = order;
  const minute = play.summedTo < 1 ? 0 : play.drawn + 1;
  sumShare(order, { play, until: minute + 1 });
  const share = play.shareOfMinute;
  play.shareOfMinute = 0;
  if (minute === 0) return;
  const random = met.minute(minute);
  const requests = random.poisson(requestsAMinute(order));
  const canaryRequests = random.binomial(requests, share);
  const outageFactor = outageAt(order, minute);
  const canary = drawVersion(random, { model, requests: canaryRequests, harm, outageFactor });
  const stable = drawVersion(random, { model, requests: requests - canaryRequests, harm: SAME, outageFactor });
  play.arriving.set(minute, rowOf({ minute, canary, stable }));
  play.drawn = minute;
}

function sumShare({ candidate }: RolloutOrder, { play, until }: { readonly play: Play; readonly until: number }): void {
  const share = ((until - play.summedTo) * (candidate.weights[play.step] as number)) / 100;
  play.shareOfMinute += share;
  play.share += share;
  play.summedTo = until;
}

function requestsAMinute({ model, met }: Pick<RolloutOrder, 'model' | 'met'>): number {
  return model.requestsPerSecond * 60 * met.load;
}

/** The factor of the errors in that minute. The outage may last only a part of the minute. */
function outageAt({ candidate, model: { outage }, met }: RolloutOrder, minute: number): number {
  if (met.outageAt === null) return 1;
  const from = met.outageAt * totalMinutes(candidate);
  const part = Math.min(minute + 1, from + outage.minutes) - Math.max(minute, from);
  return 1 + (outage.errorFactor - 1) * Math.max(0, part);
}
