/**
 * Invariant 12: users are never on a version that its own watch should have undone. When an alarm of the live version's
 * deployment turns red within its watch, the event or the next tick undoes that version. So it is not live a minute
 * later. Other deployments that did not get live meanwhile change nothing.
 */

import { type Deployment, isWatched } from '../../domain/deployment/deployment.ts';
import { TURNS_RED_WITHIN_MS } from '../../domain/remediation/remediation.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import { type AlarmTurn, additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';
import { LONGEST_MS, NETS_MS, struckSince } from './retreat-in-time.ts';

/** The interval of `observeRollouts`; on a cluster, also the time of a task and of pods. */
const LOOKED_AT_MS = 65_000;
const PODS_MS = 30_000;
/**
 * An alarm may still see calls of a rollout that ended up to this long before the alarm turned red: three one-minute
 * periods, and late figures.
 */
const EVALUATED_MS = 200_000;

interface Owed {
  readonly turn: AlarmTurn;
  readonly deploymentId: string;
}

export function watchIsKept(): Checker {
  let owed: Owed[] = [];
  const fresh = additions<AlarmTurn>();
  return {
    invariant: '12 watch is kept',
    check(world) {
      for (const turn of fresh(world.turnsRed)) owed.push(...watchedLive(world, turn));
      owed = owed.filter((one) => isOwed(world, one));
      return firstComplaint(owed, (one) => lateness(world, one));
    },
    checkAtRest: (world) =>
      firstComplaint(owed, (one) =>
        isOwed(world, one) && world.red.has(one.turn.alarm) && isWatchedNow(world, one) ? inWords(world, one) : null,
      ),
  };
}

/** The deployments of live versions that name the alarm, and that are its only possible cause. */
function watchedLive(world: CheckedWorld, turn: AlarmTurn): Owed[] {
  return [...world.targets.keys()].flatMap((service) => {
    const [live, ...others] = world.shares(service).keys();
    // When calls are on two versions, or a rollout is in flight, the alarm blames that rollout.
    if (live === undefined || others.length > 0 || world.inFlight.some((one) => one.service === service)) return [];
    const deployment = [...world.ledger.deployments.values()].findLast(
      (one) =>
        one.service === service &&
        one.kind === 'rollout' &&
        one.canary === live &&
        isCertainlyWatched(world, { deployment: one, at: turn.at }),
    );
    if (deployment === undefined || !isBlamed(deployment, turn) || isDisturbed(world, { deployment, turn })) return [];
    return [{ turn, deploymentId: deployment.id }];
  });
}

/** True whatever the clock of the machine that looks. */
function isCertainlyWatched(
  { clocksApartMs }: CheckedWorld,
  { deployment, at }: { readonly deployment: Deployment; readonly at: number },
): boolean {
  return isWatched(deployment, at + clocksApartMs);
}

function isBlamed({ spec, ignoredAlarms, stable, openedAt }: Deployment, { alarm, at }: AlarmTurn): boolean {
  return spec.alarms.includes(alarm) && !ignoredAlarms.includes(alarm) && stable !== NO_VERSION && openedAt <= at;
}

/**
 * True when another person moved the calls since, or created the function again. Also true when a later rollout had
 * calls that the alarm may still see.
 */
function isDisturbed(
  { moves, clocksApartMs, isRecreated }: CheckedWorld,
  { deployment, turn }: { readonly deployment: Deployment; readonly turn: AlarmTurn },
): boolean {
  if (isRecreated(deployment.service)) return true;
  return moves.some(({ service, at, order, holder }) => {
    if (service !== deployment.service || at < deployment.openedAt - clocksApartMs) return false;
    // For an alarm that a person set off, the checker cannot know which calls it saw.
    const seenMs = turn.isMeasured ? EVALUATED_MS : TURNS_RED_WITHIN_MS;
    return order === null || (holder?.id !== deployment.id && at > turn.at - seenMs);
  });
}

function isOwed(world: CheckedWorld, { turn, deploymentId }: Owed): boolean {
  const deployment = world.ledger.deployments.get(deploymentId);
  if (deployment?.status !== 'promoted' || deployment.replacedBy !== null || deployment.canary === null) return false;
  const { service, canary } = deployment;
  const isFollowed = [...world.ledger.deployments.values()].some(
    (one) => one.service === service && one.openedAt >= turn.at - world.clocksApartMs,
  );
  if (isFollowed || isDisturbed(world, { deployment, turn })) return false;
  // The alarm is green again, and a fault lost its event.
  if (!world.red.has(turn.alarm) && struckSince(world, turn.at)) return false;
  return (world.shares(service).get(canary) ?? 0) > 0;
}

function isWatchedNow(world: CheckedWorld, { deploymentId }: Owed): boolean {
  const deployment = world.ledger.deployments.get(deploymentId);
  return deployment !== undefined && isCertainlyWatched(world, { deployment, at: world.now });
}

function lateness(world: CheckedWorld, owed: Owed): string | null {
  const { now, lastFaultAt } = world;
  const { at } = owed.turn;
  if (struckSince(world, at)) {
    const bound = Math.min(Math.max(at, lastFaultAt ?? 0) + NETS_MS, at + LONGEST_MS);
    // After its watch the version is not undone any more: the fault has used up the remaining time.
    return now > bound && isWatchedNow(world, owed) ? inWords(world, owed) : null;
  }
  const target = world.ledger.deployments.get(owed.deploymentId)?.spec.target.kind;
  const bound = at + LOOKED_AT_MS + (target === 'kubernetes' ? PODS_MS : 0);
  return now > bound ? inWords(world, owed) : null;
}

function inWords({ ledger, now }: CheckedWorld, { turn: { alarm, at }, deploymentId }: Owed): string {
  const { service, canary, id } = ledger.deployments.get(deploymentId) as Deployment;
  const seconds = Math.round((now - at) / 1_000);
  return `${service} is on version ${canary} of ${id} ${seconds} s after alarm ${alarm} turned red within its watch`;
}
