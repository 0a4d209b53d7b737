/** How a rollout that is taken back enters the ledger, whichever way its calls go: the signal, the change of the split, the end. */
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

/** A rollout that is to give its calls back. */
export interface GoingBack {
  readonly deployment: Deployment;
  readonly asked: Asked;
  /** An alarm or the judge speaks against it: then the traffic comes before the record. */
  readonly isPressing: boolean;
}

export interface Asked {
  readonly signal: Signal & { readonly kind: RetreatKind };
  readonly requestKey: string | null;
}

export interface Way {
  /** Null: nothing of this deployment can be live yet, or a third version is, which is not Slipway's to move. */
  readonly moved: Moved | null;
  /** The alias, or the version before, is gone: there is no way back, and the deployment ends. */
  readonly lost?: string;
  /** It failed in a way that no repetition by itself will mend. RollBack tries again, for when a person has mended it. */
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
  // Promoted and undone meanwhile: the rollback that undoes it goes from 100 % to 0, and records the change.
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
  // Also where another retreat is there already: what was asked for once is not asked for again when this one has ended.
  if (isInFlight(next)) next = takenUp(next, { what: 'back', by, requestKey, now });
  return next === deployment ? null : { deployment: next, entries };
}
