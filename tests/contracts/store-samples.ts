/** Deployments, specs and a settable clock for the store's suites. */
import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import type { EntryDraft, EntryKind } from '../../src/domain/deployment/timeline.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import type { Clock } from '../../src/ports/clock.ts';

export const NOON = Date.UTC(2026, 2, 1, 12);

export interface SettableClock extends Clock {
  set(at: number): void;
}

export function settableClock(): SettableClock {
  let at = NOON;
  return {
    now: () => at,
    set: (later) => {
      at = later;
    },
  };
}

export function sampleSpec(name: string, changes: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name,
    target: { kind: 'lambda', function: name, alias: 'live' },
    strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }, { approve: { within: { hours: 1 } } }],
    alarms: [`${name}-errors`],
    judge: {
      kind: 'threshold',
      rules: [{ metric: 'errorRatePercent', moreThan: 1.5 }],
      failWhenAtLeast: 2,
      ofLastPeriods: 3,
      periodSeconds: 60,
      minimumRequests: 20,
    },
    noData: 'hold',
    hooks: { beforeTraffic: [{ function: 'smoke' }], afterTraffic: [{ webhook: 'https://example.com/hook' }] },
    watch: { minutes: 30 },
    deadline: { hours: 2 },
    ...changes,
  };
}

export function sampleDeployment(id: string, changes: Partial<Deployment> = {}): Deployment {
  const service = changes.service ?? 'checkout';
  return {
    id,
    service,
    kind: 'rollout',
    status: 'opened',
    spec: sampleSpec(service),
    specRevision: 3,
    artifact: { s3: { bucket: 'builds', key: 'checkout.zip', objectVersion: 'v7' } },
    commit: 'a1b2c3',
    reason: null,
    by: 'ada',
    requestKey: null,
    pipelineRun: null,
    stable: '41',
    canary: null,
    atPercent: 0,
    liveRevision: null,
    fence: 0,
    steps: [{ setWeight: 10 }, { bake: { seconds: 30 } }, { judge: {} }, { approve: { within: { minutes: 5 } } }],
    progress: { stepIndex: 0, stepStartedAt: NOON, pausedAt: null, extensions: 0 },
    signal: null,
    ignoredAlarms: [],
    openedAt: NOON,
    deadlineAt: NOON + 7_200_000,
    baseline: null,
    fingerprints: null,
    settledAt: null,
    watchUntil: null,
    because: null,
    replaces: null,
    replacedBy: null,
    timelineLength: 0,
    ...changes,
  };
}

export function sampleEntry(kind: EntryKind, because = 'a test asked for it'): EntryDraft {
  return { kind, by: 'ada', because };
}
