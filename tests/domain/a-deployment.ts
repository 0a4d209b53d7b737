import type { Deployment, Progress } from '../../src/domain/deployment/deployment.ts';
import type { Signal, SignalKind } from '../../src/domain/deployment/signal.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { planSteps } from '../../src/domain/service/strategy.ts';

export const OPENED_AT = Date.UTC(2026, 0, 5, 10);
export const MINUTE = 60_000;

export function aSpec(change: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    name: 'checkout',
    target: { kind: 'lambda', function: 'checkout', alias: 'live' },
    strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }],
    alarms: ['checkout-errors'],
    judge: { kind: 'alarms-only' },
    noData: 'hold',
    hooks: { beforeTraffic: [], afterTraffic: [] },
    watch: { minutes: 30 },
    deadline: { hours: 1 },
    ...change,
  };
}

export type DeploymentChange = Omit<Partial<Deployment>, 'spec' | 'progress'> & {
  readonly spec?: Partial<ServiceSpec>;
  readonly progress?: Partial<Progress>;
};

/** A rollout of checkout from version 41 to 42, in flight, at its first step. Its steps are those of its strategy. */
export function aDeployment({ spec: specChange, progress, ...change }: DeploymentChange = {}): Deployment {
  const spec = aSpec(specChange);
  return {
    id: 'dep-1',
    service: spec.name,
    kind: 'rollout',
    status: 'rollingOut',
    spec,
    specRevision: 1,
    artifact: { version: '42' },
    commit: null,
    reason: 'to ship the new basket',
    by: 'ada',
    requestKey: null,
    pipelineRun: null,
    stable: '41',
    canary: '42',
    atPercent: 0,
    liveRevision: 'revision-1',
    fence: 1,
    steps: planSteps(spec.strategy),
    signal: null,
    ignoredAlarms: [],
    openedAt: OPENED_AT,
    deadlineAt: OPENED_AT + 60 * MINUTE,
    baseline: null,
    fingerprints: null,
    settledAt: null,
    watchUntil: null,
    because: null,
    replaces: null,
    replacedBy: null,
    timelineLength: 0,
    ...change,
    progress: { stepIndex: 0, stepStartedAt: OPENED_AT, pausedAt: null, extensions: 0, ...progress },
  };
}

export function aSignal(kind: SignalKind, change: Partial<Signal> = {}): Signal {
  return { kind, because: `somebody wants ${kind}`, by: 'ada', at: OPENED_AT, ...change };
}
