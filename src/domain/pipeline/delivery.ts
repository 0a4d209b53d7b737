/**
 * What the stages Deploy and Monitor of the pipeline do next for a deployment. Their state machines switch on the
 * outcomes.
 */
import { type Deployment, isInFlight, isWatchCutShort } from '../deployment/deployment.ts';

export type DeliveryOutcome = 'promoted' | 'rolledBack' | 'superseded' | 'failed' | 'unchanged' | 'overdue' | 'wait';

export interface Delivery {
  readonly outcome: DeliveryOutcome;
  readonly because: string;
  /** The time until the next look; 0 when there is none. */
  readonly forSeconds: number;
}

/**
 * A rollout past its deadline rolls back by itself. When it has not ended this long after the deadline, nothing in
 * Slipway drives it.
 */
const GRACE_MS = 30 * 60_000;
/**
 * Step Functions limits the events in an execution's history, and one look takes about ten events. So the execution
 * looks at most this often.
 */
const LOOKS_MAX = 1_000;
const BETWEEN_LOOKS_SECONDS_MIN = 30;

/**
 * Decides the outcome of the rollout that a delivery started. It reads the ledger and not the execution, because
 * another execution may have ended the rollout.
 */
export function decideDelivery(deployment: Deployment, now: number): Delivery {
  const { id, status, because, openedAt, deadlineAt } = deployment;
  if (!isInFlight(deployment)) {
    const outcome = status as DeliveryOutcome;
    return { outcome, because: `Deployment ${id} ended as ${status}: ${because ?? 'no reason given'}`, forSeconds: 0 };
  }
  const endsAt = deadlineAt + GRACE_MS;
  if (now >= endsAt) {
    const fact = `Deployment ${id} is past its deadline and still ${status}.`;
    return { outcome: 'overdue', because: `${fact} Look at GET /deployments/${id}.`, forSeconds: 0 };
  }
  const seconds = Math.ceil((endsAt - openedAt) / 1_000 / LOOKS_MAX);
  return {
    outcome: 'wait',
    because: `Deployment ${id} is ${status}.`,
    forSeconds: Math.max(BETWEEN_LOOKS_SECONDS_MIN, seconds),
  };
}

export type WatchOutcome = 'watched' | 'kept' | 'takenBack';

export interface Watch {
  readonly outcome: WatchOutcome;
  readonly because: string;
  readonly forSeconds: number;
}

/** Decides whether a promoted deployment is still watched, was kept, or was undone. */
export function decideWatch(deployment: Deployment, now: number): Watch {
  const { id, status, replacedBy, watchUntil, because } = deployment;
  if (status === 'unchanged')
    return {
      outcome: 'kept',
      because: `Deployment ${id} changed nothing, so there is nothing to watch.`,
      forSeconds: 0,
    };
  if (status !== 'promoted') {
    const fact = `Deployment ${id} is ${status}: ${because ?? 'no reason given'}`;
    return { outcome: 'takenBack', because: fact, forSeconds: 0 };
  }
  if (replacedBy !== null) {
    const fact = `Deployment ${id} was taken back by ${replacedBy}. GET /deployments/${replacedBy} says why.`;
    return { outcome: 'takenBack', because: fact, forSeconds: 0 };
  }
  if (watchUntil !== null && now < watchUntil) {
    const forSeconds = Math.ceil((watchUntil - now) / 1_000);
    return { outcome: 'watched', because: `Deployment ${id} is watched.`, forSeconds };
  }
  const fact = isWatchCutShort(deployment)
    ? `The watch over deployment ${id} ended before its time. GET /deployments/${id} says why.`
    : `Deployment ${id} got through its watch.`;
  return { outcome: 'kept', because: fact, forSeconds: 0 };
}
