/**
 * Invariant 11: the event of an alarm and the tick of `observeRollouts` decide the same. The event comes within
 * seconds. So without a fault, the event does what the alarm requires. If the tick acts later, the event has wrongly
 * left that out.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { type AlarmTurn, additions, type CheckedWorld, type Checker, firstComplaint } from './checked-world.ts';
import { isSettingOff, PROMPT_MS, struckSince } from './retreat-in-time.ts';

export function tickAgrees(): Checker {
  const fresh = additions<TimelineEntry>();
  /** Deployments whose rollback has begun, so that its first cause is known. */
  const begun = new Set<string>();
  return {
    invariant: '11 event and tick agree',
    check: (world) => firstComplaint(fresh(world.entries), (entry) => checkEntry(world, { entry, begun })),
  };
}

function checkEntry(
  world: CheckedWorld,
  { entry, begun }: { readonly entry: TimelineEntry; readonly begun: Set<string> },
): string | null {
  const alarm = /^alarm (.+)$/.exec(entry.by)?.[1];
  const deployment = blamedBy(world, entry.deploymentId);
  if (alarm === undefined || deployment === undefined || begun.has(deployment.id)) return null;
  begun.add(deployment.id);
  const turn = world.turnsRed.findLast((one) => one.alarm === alarm && one.at <= entry.at);
  // For an alarm that turned red just before the deployment was opened, the tick acts: the event found no deployment to
  // blame.
  if (turn === undefined || isSettingOff(world, { turn, deployment })) return null;
  if (entry.at <= turn.at + PROMPT_MS || struckSince(world, turn.at) || failedSince(world, turn.at)) return null;
  if (blamedAnother(world, { entry, deployment, since: turn.at })) return null;
  if (wasIgnored(world, { turn, deployment })) return null;
  const lateSeconds = Math.round((entry.at - turn.at) / 1_000);
  return `${deployment.id} goes back ${lateSeconds} s after alarm ${alarm} turned red: the tick did what the event had not done`;
}

/** A rollback that an alarm opened is about the deployment that it undoes. */
function blamedBy({ ledger }: CheckedWorld, id: string): Deployment | undefined {
  const deployment = ledger.deployments.get(id);
  const { kind, replaces = null } = deployment ?? {};
  return kind === 'rollback' && replaces !== null ? ledger.deployments.get(replaces) : deployment;
}

/**
 * True when the event rolled back the deployment in flight, which might have had calls. If it had none, the alarm stays
 * red, and the next tick blames the live version.
 */
function blamedAnother(
  { entries, ledger }: CheckedWorld,
  { entry, deployment, since }: { entry: TimelineEntry; deployment: Deployment; since: number },
): boolean {
  return entries.some(({ by, at, deploymentId }) => {
    if (by !== entry.by || at < since || at > since + PROMPT_MS) return false;
    return deploymentId !== deployment.id && ledger.deployments.get(deploymentId)?.service === deployment.service;
  });
}

/**
 * True when a hotfix that ignores the alarm was in flight when the event came, and ended without replacing the live
 * version.
 */
function wasIgnored(
  { ledger }: CheckedWorld,
  { turn, deployment }: { readonly turn: AlarmTurn; readonly deployment: Deployment },
): boolean {
  return [...ledger.deployments.values()].some(({ id, service, ignoredAlarms, openedAt, settledAt }) => {
    if (id === deployment.id || service !== deployment.service || !ignoredAlarms.includes(turn.alarm)) return false;
    return openedAt <= turn.at + PROMPT_MS && (settledAt === null || settledAt >= turn.at);
  });
}

/** True when the delivery of the event failed. It is repeated a minute later. */
function failedSince({ netFailures }: CheckedWorld, since: number): boolean {
  return netFailures.some(({ functionKey, at }) => functionKey === 'remediateAlarm' && at >= since);
}
