/** Records a rollback in the ledger, for both kinds of target: the signal, the change of the split, and the end. */
import { acceptSignal } from '../../../domain/deployment/accept-signal.ts';
import { withoutBrake } from '../../../domain/deployment/brake.ts';
import { type Deployment, isInFlight } from '../../../domain/deployment/deployment.ts';
import { takenUp } from '../../../domain/deployment/keyed-request.ts';
import type { RetreatKind, Signal } from '../../../domain/deployment/signal.ts';
import type { EntryDraft } from '../../../domain/deployment/timeline.ts';
import { recordTraffic } from '../../../domain/deployment/traffic-record.ts';
import { wayBackLost } from '../../../domain/deployment/way-back.ts';
import { type BrakeOrder, isSameBrake } from '../../../domain/workload/brake-order.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Clusters } from '../../../ports/clusters.ts';
import type { Change, Recorded, UrgentDeployments } from '../../../ports/deployments.ts';
import type { Moved, Traffic } from '../../../ports/traffic.ts';
import type { Workflows } from '../../../ports/workflows.ts';

export interface TakeTrafficBackPorts {
  readonly deployments: UrgentDeployments;
  readonly traffic: Traffic;
  readonly clusters: Clusters;
  readonly workflows: Workflows;
  readonly clock: Clock;
}

/** A rollout whose calls are to go back to stable. */
export interface GoingBack {
  readonly deployment: Deployment;
  readonly asked: Asked;
  /** True when an alarm or the judge accuses the canary. Then the traffic moves before the record is written. */
  readonly isPressing: boolean;
}

export interface Asked {
  readonly signal: Signal & { readonly kind: RetreatKind };
  readonly requestKey: string | null;
}

export interface Way {
  /**
   * Null when no version of this deployment can be live yet. Also null when a third version is live, which Slipway must
   * not move.
   */
  readonly moved: Moved | null;
  /** Why there is no version to roll back to: the alias or the version before is gone. The deployment then ends. */
  readonly lost?: string;
  /** A failure that a retry alone will not repair. RollBack tries again after a person has repaired the cause. */
  readonly failed?: string;
  /** The brake that was pulled on a cluster. */
  readonly braked?: BrakeOrder | null;
}

export function goingBack(
  { deployment }: Recorded,
  { moved, lost, failed, braked = null, signal, requestKey }: Way & Asked,
): Change | null {
  const { kind, because, by, at: now } = signal;
  if (lost !== undefined && isInFlight(deployment)) {
    return wayBackLost({ ...deployment, status: 'rollingBack', because }, { way: { noWayBack: lost }, now });
  }
  const entries: EntryDraft[] = [];
  let next = deployment;
  // The deployment was promoted and undone meanwhile. The rollback that undoes it goes from 100 % to 0 %, and records
  // the change.
  const isUndone = deployment.status === 'promoted' && deployment.replacedBy !== null;
  if (moved !== null && !isUndone) {
    const change = recordTraffic(deployment, { moved, toPercent: 0, by, because });
    next = change.deployment;
    entries.push(...change.entries);
  }
  if (braked !== null && isSameBrake(deployment.progress.brake, braked)) {
    const revision = deployment.liveRevision ?? '';
    const change = recordTraffic(deployment, {
      moved: { revision, foundPercent: undefined },
      toPercent: 0,
      by,
      because,
    });
    next = { ...withoutBrake(deployment), atPercent: 0 };
    entries.push(...change.entries);
  }
  if (acceptSignal(deployment, kind).answer === 'record') {
    next = { ...next, signal };
    entries.push({ kind: 'SignalReceived', by, because, data: { signal: kind } });
    if (failed !== undefined) entries.push({ kind: 'RollBackFailed', by: 'slipway', because: failed });
  }
  // Recorded even when another retreat came first: a repeat of this request must not act again after that retreat has
  // ended.
  if (isInFlight(next)) next = takenUp(next, { what: 'back', by, requestKey, now });
  return next === deployment ? null : { deployment: next, entries };
}
