/** Opens the record of a rollback to a version that was live before, for a service without a rollout in flight. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import { durationMs } from '../../domain/duration.ts';
import type { Fingerprints } from '../../domain/lambda/fingerprint.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments, Opened, Opening } from '../../ports/deployments.ts';
import type { Ids } from '../../ports/ids.ts';

export interface OpenRollbackPorts {
  readonly deployments: Pick<Deployments, 'open'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface RollbackOrder {
  readonly service: Pick<Service, 'spec' | 'revision'>;
  /** The version to go back to, and the version that loses the calls. */
  readonly to: string;
  readonly from: string;
  /** The fingerprints of the two versions; `stable` is the version to go back to. */
  readonly fingerprints: Fingerprints | null;
  /** The share of the calls that is still on `from`; 0 when the traffic is already back. */
  readonly atPercent: number;
  readonly liveRevision: string;
  readonly because: string;
  readonly by: string;
  readonly requestKey: string | null;
  readonly entries: readonly EntryDraft[];
  readonly opening: Pick<Opening, 'undoing' | 'superseding' | 'once'>;
}

export function openRollback({ deployments, clock, ids }: OpenRollbackPorts, order: RollbackOrder): Promise<Opened> {
  const opened: EntryDraft = {
    kind: 'DeploymentOpened',
    by: order.by,
    because: order.because,
    data: { kind: 'rollback', from: order.from, to: order.to },
  };
  const deployment = rollbackDeployment(order, { id: ids.next('dep'), now: clock.now() });
  return deployments.open({ deployment, entries: [opened, ...order.entries], ...order.opening });
}

function rollbackDeployment(
  order: RollbackOrder,
  { id, now }: { readonly id: string; readonly now: number },
): Deployment {
  const { spec, revision } = order.service;
  return {
    id,
    service: spec.name,
    kind: 'rollback',
    status: 'opened',
    spec,
    specRevision: revision,
    artifact: { version: order.to },
    commit: null,
    reason: order.because,
    by: order.by,
    requestKey: order.requestKey,
    pipelineRun: null,
    stable: order.to,
    canary: order.from,
    fingerprints: order.fingerprints,
    atPercent: order.atPercent,
    liveRevision: order.liveRevision,
    fence: 0,
    steps: [],
    progress: { stepIndex: 0, stepStartedAt: now, pausedAt: null, extensions: 0 },
    signal: null,
    ignoredAlarms: [],
    openedAt: now,
    deadlineAt: now + durationMs(spec.deadline),
    baseline: null,
    settledAt: null,
    watchUntil: null,
    because: null,
    replaces: order.opening.undoing ?? order.opening.superseding?.deploymentId ?? null,
    replacedBy: null,
    timelineLength: 0,
  };
}
