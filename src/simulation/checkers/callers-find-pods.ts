/**
 * Invariant 20: while a version has ready pods, no caller is led to a Service without a ready pod. Where callers are
 * led is computed from the cluster alone (led-calls.ts). Also, no workload is removed that had a version before the
 * present one.
 */

import { onCluster } from '../../domain/service/target.ts';
import { isSameRoute, NO_VERSION } from '../../domain/workload/workload-record.ts';
import {
  additions,
  type Backend,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  type Hand,
  type HandKind,
  isHalfReplaced,
  type Move,
  READY_WITHIN_MS,
  sharesInWords,
} from './checked-world.ts';
import { workloadNames } from './workload-names.ts';

/** The time that new pods get, the next look of `observeRollouts`, and a task on the cluster. */
const NOTICED_MS = READY_WITHIN_MS + 65_000 + 60_000;
/** From the record of a move to the last object that follows it. */
const FOLLOWED_MS = 150_000;

export function callersFindPods(): Checker {
  const freshMoves = additions<Move>();
  /** Since when a backend has had calls and no ready pod. */
  const emptySince = new Map<string, number>();
  return {
    invariant: '20 callers find pods',
    check: (world) =>
      firstComplaint(freshMoves(world.moves), (move) => checkRemoval(world, move)) ??
      firstComplaint(clusterServices(world), (service) => checkService(world, { service, emptySince })),
  };
}

function checkService(
  world: CheckedWorld,
  { service, emptySince }: { readonly service: string; readonly emptySince: Map<string, number> },
): string | null {
  const empty: Empty[] = [];
  for (const backend of world.led(service)) {
    const key = `${service}/${backend.service}`;
    const since = emptySince.get(key) ?? world.now;
    if (backend.percent > 0 && backend.ready === 0) {
      emptySince.set(key, since);
      empty.push({ service, backend, since });
    } else emptySince.delete(key);
  }
  if (empty.length === 0 || world.pods(service).every(({ ready }) => ready === 0)) return null;
  return firstComplaint(empty, (one) => (isUnavoidable(world, one) ? null : inWords(world, one)));
}

/** A workload may be removed only with its first version, which had no version before it. */
function checkRemoval({ ledger }: CheckedWorld, { service, order, before, after }: Move): string | null {
  if (order === null || before.size === 0 || after.size > 0) return null;
  const isFirst = [...ledger.deployments.values()].some(
    (one) => one.service === service && one.stable === NO_VERSION && before.has(one.canary ?? ''),
  );
  return isFirst ? null : `${service} had ${sharesInWords(before)}, and was taken away`;
}

function clusterServices({ targets }: CheckedWorld): string[] {
  return workloadNames([...targets].map(([name, target]) => ({ name, target })));
}

interface Empty {
  readonly service: string;
  readonly backend: Backend;
  readonly since: number;
}

/**
 * True when Slipway could not avoid the gap. A Deployment may have no pods for a while because of its own strategy
 * (Recreate, or a single pod and no surge). That is no excuse: with a ready canary, Slipway can lead the calls there
 * meanwhile.
 */
function isUnavoidable(world: CheckedWorld, empty: Empty): boolean {
  return hasLostReadiness(world, empty) || isInOthersHands(world, empty);
}

/**
 * True while pods have lost their readiness through no fault of Slipway.
 *
 * * A canary's pods excuse the gap until the next look has seen them and the rollback is done.
 * * Stable's pods excuse it while the canary may not have more calls. They also excuse it for a while after a rollback:
 *   stable stays where it was, and the canary is removed.
 * * All pods behind the Service must be such pods: a Deployment that is gone or has other pods is no excuse.
 * * Pods that were added, by an autoscaler or for a greater share, get their time to become ready.
 */
function hasLostReadiness(world: CheckedWorld, { service, backend, since }: Empty): boolean {
  const { lostAt, madeAt } = backend;
  // The last ready pod has just lost its readiness, so the other pods are not the cause.
  const isBySomebody = lostAt.some((at) => Math.abs(at - since) <= 1_000);
  const isLate = !isBySomebody && madeAt.some((at) => world.now > at + READY_WITHIN_MS);
  if (lostAt.length === 0 || (isLate && !isHalfReplaced(world, service))) return false;
  if (world.now <= Math.max(...lostAt) + NOTICED_MS) return true;
  if (backend.service.endsWith('-canary')) return false;
  const moved = lastMove(world, service);
  return world.shares(service).size > 1 || world.now <= Math.max(since, moved ?? 0) + FOLLOWED_MS;
}

/** Until when an object stays as another person left it. */
const MENDED_BY: Readonly<Partial<Record<HandKind, 'any move' | 'a move home' | 'the look'>>> = {
  weighted: 'any move',
  selected: 'a move home',
  scaledToZero: 'a move home',
  setImage: 'a move home',
  canaryDeleted: 'the look',
};

function isInOthersHands(world: CheckedWorld, { service }: Empty): boolean {
  return world.hands.some((hand) => hand.service === service && isStillFelt(world, hand));
}

function isStillFelt(world: CheckedWorld, { service, at, did }: Hand): boolean {
  const by = MENDED_BY[did];
  if (by === undefined) return false;
  if (by === 'the look') return world.now <= at + NOTICED_MS;
  const moves = world.moves.filter((move) => move.service === service && isByRoute(world, move) && move.at >= at);
  const mending = by === 'any move' ? moves[0] : moves.find(({ after }) => after.size === 1);
  return mending === undefined || world.now <= mending.at + FOLLOWED_MS;
}

/**
 * True when the move used the route that the service has now. An earlier deployment on another route never led calls by
 * this one, and its rollback does not touch it.
 */
function isByRoute({ targets }: CheckedWorld, { service, order, holder }: Move): boolean {
  const [target, was] = [onCluster(targets.get(service)), onCluster(holder?.spec.target)];
  if (order === null) return false;
  if (target === null || was === null) return true;
  return isSameRoute(target.route, was.route);
}

function lastMove({ moves }: CheckedWorld, service: string): number | undefined {
  return moves.findLast((move) => move.service === service)?.at;
}

function inWords(world: CheckedWorld, { service, backend, since }: Empty): string {
  const { percent, pods, service: name } = backend;
  const seconds = Math.round((world.now - since) / 1_000);
  const there = world.pods(service).map(({ version, ready, total }) => `${ready} of ${total} pods of ${version} ready`);
  return `${Math.round(percent)} % of the callers of ${service} are led to ${name}, which has ${pods} pods and none ready, for ${seconds} s; there are ${there.join(', ')}, and its record wants ${sharesInWords(world.shares(service))}`;
}
