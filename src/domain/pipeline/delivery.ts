/** How the pipeline's last two stages look at a deployment. The words are those on which their machines switch. */
import { type Deployment, isInFlight, isWatchCutShort } from '../deployment/deployment.ts';

export type DeliveryOutcome = 'promoted' | 'rolledBack' | 'superseded' | 'failed' | 'unchanged' | 'overdue' | 'wait';

export interface Delivery {
  readonly outcome: DeliveryOutcome;
  readonly because: string;
  /** How long to wait before the next look. */
  readonly forSeconds: number;
}

/** A rollout past its deadline goes back by itself. This much later it has ended, or nobody minds it. */
const GRACE_MS = 30 * 60_000;
/** Its machine may have no more steps than that in its history, a look takes about ten, and it looks a thousand times at most. */
const LOOKS_MAX = 1_000;
const BETWEEN_LOOKS_SECONDS_MIN = 30;

/** What became of the rollout that a delivery started. The ledger decides, and not the execution, which may be another one. */
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

/** Whether a promoted deployment is still watched, got through its watch, or was taken back within it. */
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
