/**
 * Invariant 18: every deployment that was opened is started. When an answer or a handled event leads to a deployment in
 * flight, its execution has started. Only after a fault may the start be left to the safety nets.
 */
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import {
  additions,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  type HandledEvent,
  type ServedRequest,
} from './checked-world.ts';
import { LONGEST_MS, NETS_MS, struckSince } from './retreat-in-time.ts';

/** From the record of an opening to the start of its execution. A rollback moves the traffic between the two. */
const STARTED_MS = 15_000;

/**
 * Every minute, `observeRollouts` starts deployments that are half a minute old and were never planned. A deployment
 * that has moved already is left to `reconcile`.
 */
const TICK_MS = 105_000;

interface Opening {
  readonly deploymentId: string;
  readonly by: string;
  readonly at: number;
}

export function openedIsStarted(): Checker {
  let waiting: Opening[] = [];
  const freshEntries = additions<TimelineEntry>();
  const freshAnswers = additions<ServedRequest>();
  const freshEvents = additions<HandledEvent>();
  return {
    invariant: '18 opened is started',
    check(world) {
      for (const { kind, ...entry } of freshEntries(world.entries))
        if (kind === 'DeploymentOpened') waiting.push(entry);
      if (waiting.length > 0) waiting = waiting.filter(({ deploymentId }) => isUnstarted(world, deploymentId));
      return (
        firstComplaint(freshAnswers(world.served), (answer) => checkAnswer(answer, waiting)) ??
        firstComplaint(freshEvents(world.handled), (event) => checkEvent(event, waiting)) ??
        firstComplaint(waiting, (opening) => checkLateness(world, opening))
      );
    },
  };
}

function isUnstarted({ ledger, executions }: CheckedWorld, id: string): boolean {
  return ledger.inFlight.has(id) && !executions.some(({ deploymentId }) => deploymentId === id);
}

/** A stored answer is repeated without any check. */
function checkAnswer(answer: ServedRequest, waiting: readonly Opening[]): string | null {
  const { by, deploymentId, isStruck, isReplayed, status } = answer;
  if (isStruck || isReplayed || !waiting.some((opening) => opening.deploymentId === deploymentId)) return null;
  return `${by} was answered ${status} with ${deploymentId}, which nobody has started`;
}

function checkEvent({ alarm, beganAt, isStruck }: HandledEvent, waiting: readonly Opening[]): string | null {
  const left = waiting.find(({ by, at }) => by === `alarm ${alarm}` && at <= beganAt);
  if (left === undefined || isStruck) return null;
  return `the event of alarm ${alarm} was handled again, and left ${left.deploymentId} unstarted`;
}

function checkLateness(world: CheckedWorld, { deploymentId, at }: Opening): string | null {
  const { now, lastFaultAt, clocksApartMs, ledger } = world;
  const isUntouched = ledger.deployments.get(deploymentId)?.status === 'opened';
  const netsMs = isUntouched ? TICK_MS + clocksApartMs : NETS_MS;
  const bound = struckSince(world, at)
    ? Math.min(Math.max(at, lastFaultAt ?? 0) + netsMs, at + LONGEST_MS)
    : at + STARTED_MS;
  if (now <= bound) return null;
  return `${deploymentId} was opened ${Math.round((now - at) / 1_000)} s ago, and nobody has started it`;
}
