/**
 * Judges the health of the canary's pods from one look after another. A look sees one instant, so the deployment keeps
 * what later looks need. Pure: kept looks and a new look in, a judgement out.
 */
import { durationInWords, durationMs } from '../duration.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { differs, expectedPercent, isOutgrown, nobodyIn, type ReceivedShare } from './received-share.ts';
import type { SeenPods } from './seen-pods.ts';

export interface CanaryLook {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly canary: SeenPods;
  readonly stable: SeenPods;
  /** Null for a workload without a Service. */
  readonly share: ReceivedShare | null;
}

/** What a deployment keeps of the looks at its pods. */
export interface KeptLooks {
  /** The share to which the figures below belong, 0 to 100. */
  readonly atPercent: number;
  /** The largest number of pods that the canary's Deployment has asked for at this share. */
  readonly needs: number;
  /** The restarts of the pods when they were first seen at this share. */
  readonly restartsBefore: { readonly canary: number; readonly stable: number };
  /**
   * Since when pods are missing or calls lead to no pod, in epoch milliseconds; null when the last look found neither.
   */
  readonly unwellSince: number | null;
  /**
   * Oldest first. A look with the same result as the one before is left out, so each result holds until the next one.
   */
  readonly looks: readonly KeptLook[];
  /** When a task on the cluster last looked, in epoch milliseconds; for a cluster that no function can reach. */
  readonly byTaskAt?: number | undefined;
}

/** The result of one look, or of several looks in a row with the same result. */
export interface KeptLook extends PodsJudgement {
  /** The time of the first such look, in epoch milliseconds. */
  readonly at: number;
}

export const RESTARTS_MAX = 3;
const LOOKS_KEPT = 12;

export interface Judged {
  readonly look: CanaryLook;
  readonly target: WorkloadTarget;
  /** The canary's share by the ledger, 0 to 100. */
  readonly atPercent: number;
  /** When the canary got this share, in epoch milliseconds. */
  readonly since: number;
}

/** Returns what the deployment keeps after a look. The last judgement is that of the look. */
export function afterLook(kept: KeptLooks | undefined, judged: Judged): KeptLooks {
  const { look, atPercent, since } = judged;
  const { canary, stable } = look;
  const before = kept?.atPercent === atPercent ? kept : undefined;
  const needs = Math.max(1, canary.wanted, before?.needs ?? 0);
  const restartsBefore = {
    canary: Math.min(canary.restarts, before?.restartsBefore.canary ?? canary.restarts),
    stable: Math.min(stable.restarts, before?.restartsBefore.stable ?? stable.restarts),
  };
  const unwell = unwellSince(look, { needs, since, before: before?.unwellSince ?? null });
  const figures = { atPercent, needs, restartsBefore, unwellSince: unwell };
  return { ...kept, ...figures, looks: withLook(kept?.looks ?? [], { at: look.at, ...judgePods(figures, judged) }) };
}

/** Returns what the deployment keeps when a look was asked for but failed. */
export function afterNoLook(
  kept: KeptLooks | undefined,
  { at, because, atPercent }: { readonly at: number; readonly because: string; readonly atPercent: number },
): KeptLooks {
  const figures = { atPercent, needs: 1, restartsBefore: { canary: 0, stable: 0 }, unwellSince: null };
  const before = kept?.atPercent === atPercent ? kept : { ...figures, looks: kept?.looks ?? [] };
  const unseen = { kind: 'inconclusive', rule: 'Pods of the canary: not looked at', because } as const;
  return { ...before, looks: withLook(before.looks, { at, ...unseen }) };
}

/** The judgement of the last look; undefined before the first look. */
export function lastJudgement({ looks }: Pick<KeptLooks, 'looks'>): PodsJudgement | undefined {
  const [last] = looks.slice(-1);
  if (last === undefined) return undefined;
  const { at: _at, ...judgement } = last;
  return judgement;
}

type Figures = Omit<KeptLooks, 'looks'>;

function unwellSince(
  { at, canary, share }: CanaryLook,
  { needs, since, before }: { readonly needs: number; readonly since: number; readonly before: number | null },
): number | null {
  if (canary.available >= needs && (share?.received.lost ?? 0) === 0) return null;
  // Time before the canary got this share does not count: then the task still waited for its pods.
  const turned = Math.max(since, canary.ready < needs ? (canary.unreadySince ?? at) : at);
  return Math.min(before ?? at, turned, at);
}

function withLook(looks: readonly KeptLook[], look: KeptLook): readonly KeptLook[] {
  const last = looks.at(-1);
  const isSame = last?.kind === look.kind && last.rule === look.rule && last.because === look.because;
  return isSame ? looks : [...looks, look].slice(-LOOKS_KEPT);
}

export interface PodsJudgement {
  readonly kind: 'healthy' | 'unhealthy' | 'inconclusive';
  /** The rule and the figures that were seen, in words. */
  readonly rule: string;
  readonly because: string;
  /** Both versions are bad, so a person must look for the cause. */
  readonly holds?: true | undefined;
}

/**
 * The canary is unhealthy in these cases:
 * * For `readyWithin` plus the `minReadySeconds` of its Deployment, fewer of its pods are available than its share
 *   needs.
 * * For the same time, calls of its share lead to no pod.
 * * Its pods were restarted at least `RESTARTS_MAX` times since it got its share.
 *
 * A shorter problem means that the health is not known yet. When stable's pods are no better, the canary is not blamed.
 */
function judgePods(kept: Figures, judged: Judged): PodsJudgement {
  const { canary, stable } = judged.look;
  const rule = ruleInWords(kept, judged);
  const bad = badIn(kept, judged);
  if (bad?.isExcused) {
    const because = `${withReason(bad.fact, canary)}. Stable fares no better: ${withReason(podsInWords(stable), stable)}`;
    return { kind: 'inconclusive', rule, because, holds: true };
  }
  if (bad !== null) return { kind: 'unhealthy', rule, because: withReason(bad.fact, canary) };
  const unsure = unsureIn(kept, judged);
  if (unsure !== null) return { kind: 'inconclusive', rule, because: withReason(unsure, canary) };
  return { kind: 'healthy', rule, because: [podsInWords(canary), ...outgrownIn(judged)].join('. ') };
}

interface Bad {
  readonly fact: string;
  /** True when stable's pods are no better. */
  readonly isExcused: boolean;
}

function badIn(kept: Figures, { look, target }: Judged): Bad | null {
  const { at, canary, stable, share } = look;
  const { unwellSince, needs, restartsBefore } = kept;
  const restarts = canary.restarts - restartsBefore.canary;
  if (restarts >= RESTARTS_MAX) {
    const ofStable = (stable.restarts - restartsBefore.stable) / Math.max(1, stable.wanted);
    const fact = `The canary's pods were started again ${restarts} times at this share`;
    return { fact, isExcused: restarts / needs <= ofStable };
  }
  const limitMs = durationMs(target.readyWithin) + canary.minReadySeconds * 1_000;
  if (unwellSince === null || at - unwellSince < limitMs) return null;
  const forLong = `For ${durationInWords(target.readyWithin)} or longer`;
  const { lost = 0, unanswered = 0 } = share?.received ?? {};
  if (canary.available < canary.wanted) {
    const isExcused = stable.wanted > 0 && canary.available / canary.wanted >= stable.available / stable.wanted;
    return { fact: `${forLong}, ${missingInWords(canary, needs)}`, isExcused };
  }
  // The version is not to blame for pods that another tool or person removed, and its share leads to the other pods.
  if (lost === 0) return null;
  return { fact: `${forLong}, ${percent(lost)} of the calls lead to no pod of the canary`, isExcused: unanswered > 0 };
}

function unsureIn({ needs, atPercent }: Figures, { look, target, since }: Judged): string | null {
  const { at, canary, share } = look;
  if (canary.available < needs) return missingInWords(canary, needs);
  if (canary.restartedAt !== null && canary.restartedAt >= Math.max(since, at - durationMs(target.readyWithin)))
    return 'A pod of the canary was started again a moment ago';
  const percent = expectedPercent(target, atPercent);
  return share === null || isOutgrown(share.received, { target, percent }) ? null : shareDifference(share, percent);
}

/** What callers get of the canary's share when stable has got more pods since. */
function outgrownIn({ look: { share, stable }, target, atPercent }: Judged): readonly string[] {
  const wanted = expectedPercent(target, atPercent);
  if (share === null || !isOutgrown(share.received, { target, percent: wanted })) return [];
  const difference = shareDifference(share, wanted);
  if (difference === null) return [];
  return [
    `${difference}: stable has ${stable.wanted} pods by now, and the next step gives the canary its share of them`,
  ];
}

/** Null when callers get the recorded share; otherwise what they get, in words. */
function shareDifference({ received, precision }: ReceivedShare, wanted: number): string | null {
  if (!differs(received, { precision, percent: wanted })) return null;
  const parts = [
    `${percent(received.canary)} of the calls get to the canary, and ${percent(wanted)} are recorded`,
    ...(received.others > 0 ? [`${percent(received.others)} get to pods of neither version`] : []),
    ...(nobodyIn(received) > 0 ? [`${percent(nobodyIn(received))} get to no pod`] : []),
  ];
  return parts.join('; ');
}

function ruleInWords({ needs }: Figures, { look: { canary, stable, share }, target }: Judged): string {
  const limits = `missing for less than ${durationInWords(target.readyWithin)}, fewer than ${RESTARTS_MAX} restarts`;
  const shares = share === null ? '' : `; calls received: ${sharesInWords(share)}`;
  return `Pods of the canary (${needs} needed, ${limits}): ${podsInWords(canary)}; of stable: ${podsInWords(stable)}${shares}`;
}

function sharesInWords({ received }: ReceivedShare): string {
  const { canary, stable, others } = received;
  const none = nobodyIn(received);
  const rest = [
    ...(others > 0 ? [`pods of others ${percent(others)}`] : []),
    ...(none > 0 ? [`no pod ${percent(none)}`] : []),
  ];
  return [`canary ${percent(canary)}`, `stable ${percent(stable)}`, ...rest].join(', ');
}

function podsInWords({ available, ready, wanted, waiting, restarts }: SeenPods): string {
  const more = [
    ...(ready > available ? [`${ready} ready`] : []),
    ...(waiting > 0 ? [`${waiting} without room on a node`] : []),
    ...(restarts > 0 ? [`${restarts} restarts`] : []),
  ];
  return [`${available} of ${wanted} available`, ...more].join(', ');
}

function missingInWords({ available, waiting }: SeenPods, needs: number): string {
  const room = waiting > 0 ? `, and ${waiting} find no room on a node` : '';
  return `${available} of the ${needs} pods that the canary's share needs are available${room}`;
}

function withReason(fact: string, { because }: SeenPods): string {
  return because === null ? fact : `${fact}. ${because}`;
}

function percent(value: number): string {
  return `${Math.round(value * 10) / 10} %`;
}
