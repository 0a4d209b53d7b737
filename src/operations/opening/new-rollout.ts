/** Makes a rollout as it is before its first task, with everything that was decided when it was requested. */

import type { AlarmReading } from '../../domain/alarms/alarm-reading.ts';
import type { Artifact, Deployment } from '../../domain/deployment/deployment.ts';
import type { TargetHistory } from '../../domain/deployment/target-history.ts';
import { durationMs } from '../../domain/duration.ts';
import { type Fingerprint, fingerprintsOf } from '../../domain/lambda/fingerprint.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import { isLeftover } from '../../domain/remediation/leftover-alarms.ts';
import type { Service, ServiceSpec } from '../../domain/service/service-spec.ts';
import { planSteps } from '../../domain/service/strategy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';

export interface RolloutOrder {
  readonly input: {
    readonly by: string;
    readonly requestKey: string | null;
    readonly commit?: string | undefined;
    readonly reason?: string | undefined;
    readonly pipelineRun?: string | undefined;
    readonly hotfix?: boolean | undefined;
  };
  readonly artifact: Artifact;
  readonly service: Pick<Service, 'revision'>;
  /** The service's spec, with the strategy of the request. */
  readonly spec: ServiceSpec;
  /** Null values are found by the first task of the rollout. */
  readonly live: {
    readonly stable: string | null;
    readonly revision: string | null;
    /** The fingerprint of stable. */
    readonly fingerprint: Fingerprint | null;
  };
  /** The code in `$LATEST`, when the rollout publishes it. */
  readonly latest?: VersionFact | null | undefined;
  readonly alarms: readonly AlarmReading[];
  /** The deployments of the same target before this one. */
  readonly history: TargetHistory;
  /** The deployment that this rollout supersedes; null when there is none. */
  readonly replaces: string | null;
}

export function newRollout(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  order: RolloutOrder,
): Deployment {
  const { input, artifact, service, spec, live, latest, alarms, history, replaces } = order;
  const now = clock.now();
  const ignored = alarms.filter((alarm) => alarm.state === 'ALARM' && !isLeftover(alarm, { history, now }));
  return {
    id: ids.next('dep'),
    service: spec.name,
    kind: 'rollout',
    status: 'opened',
    spec,
    specRevision: service.revision,
    artifact,
    commit: input.commit ?? null,
    reason: input.reason ?? null,
    by: input.by,
    requestKey: input.requestKey,
    pipelineRun: input.pipelineRun ?? null,
    stable: live.stable,
    canary: null,
    fingerprints: fingerprintsOf({ stable: live.fingerprint, canary: asRead(latest) }),
    atPercent: 0,
    liveRevision: live.revision,
    fence: 0,
    steps: planSteps(spec.strategy),
    progress: {
      stepIndex: 0,
      stepStartedAt: now,
      pausedAt: null,
      extensions: 0,
      isUnmoved: true,
      ...(input.hotfix && { isHotfix: true }),
    },
    signal: null,
    ignoredAlarms: ignored.map(({ name }) => name),
    openedAt: now,
    deadlineAt: now + durationMs(spec.deadline),
    baseline: null,
    settledAt: null,
    watchUntil: null,
    because: null,
    replaces,
    replacedBy: null,
    timelineLength: 0,
  };
}

/** While `$LATEST` is being updated, its final code is not known. */
function asRead(latest: VersionFact | null | undefined): Fingerprint | null {
  return latest?.state === 'Pending' ? null : (latest?.fingerprint ?? null);
}
