import { pgTable } from 'drizzle-orm/pg-core';
import type { Judge, KubernetesTarget, Manifests, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { progressText, specText } from '../../src/store/document-columns.ts';
import { onRoute, ROUTES } from '../domain/a-workload.ts';
import { sampleSpec } from './store-samples.ts';

const { spec: column } = pgTable('deployments', { spec: specText('spec') });
const roundTrip = (spec: ServiceSpec) => column.mapFromDriverValue(column.mapToDriverValue(spec) as string);

const rendered: Manifests = { port: 8080, replicas: 3, environment: { MODE: 'quiet' }, secrets: ['keys'] };
const targets: readonly KubernetesTarget[] = [
  rendered,
  { folder: 'deploy' },
  { folder: 'deploy', container: 'server' },
].flatMap((manifests) => ROUTES.map((route) => ({ ...onRoute(route), manifests })));

test.each(targets)('a service on $route.kind with the manifests $manifests is read as it was written', (target) => {
  const spec = sampleSpec('orders', { target });
  expect(roundTrip(spec)).toEqual(spec);
});

const limit = { metric: 'errorRatePercent', moreThan: 1 } as const;
const sequential: Judge = {
  kind: 'sequential',
  falseRollbackPercent: 2,
  harmRatio: 2,
  minimumRequests: 50,
  metrics: [
    { metric: 'errors', weight: 3, observedOnly: false },
    { metric: 'latency', weight: 1, observedOnly: true },
  ],
  periodSeconds: 10,
  endsBakesEarly: true,
  warmUp: { seconds: 30 },
};
// The judges by kind, so that a new kind that is missing here does not compile.
const judges: { readonly [K in Judge['kind']]: Extract<Judge, { kind: K }> } = {
  'alarms-only': { kind: 'alarms-only' },
  threshold: {
    kind: 'threshold',
    rules: [limit, { metric: 'durationP99Ms', moreThan: 400, observedOnly: true }],
    failWhenAtLeast: 2,
    ofLastPeriods: 3,
    periodSeconds: 10,
    minimumRequests: 20,
  },
  sequential,
  'mann-whitney': { kind: 'mann-whitney', metrics: ['durationP99Ms', 'errorRatePercent'] },
};

test.each(Object.values(judges))('a service with the judge $kind is read as it was written', (judge) => {
  const spec = sampleSpec('orders', { judge });
  expect(roundTrip(spec)).toEqual(spec);
});

test('a sequential judge that was stored before latency existed is read, and judges as before', () => {
  const { kind, falseRollbackPercent, harmRatio, minimumRequests } = sequential;
  const judge = { kind, falseRollbackPercent, harmRatio, minimumRequests } as Judge;

  expect(roundTrip(sampleSpec('orders', { judge }))).toHaveProperty('judge', {
    ...judge,
    metrics: [{ metric: 'errors', weight: 1, observedOnly: false }],
    periodSeconds: 60,
    endsBakesEarly: false,
    warmUp: { seconds: 60 },
  });
});

test.each([
  { kind: 'slipway' },
  { kind: 'targetGroups', loadBalancer: 'app/shop/01', stable: 'targetgroup/a/01', canary: 'targetgroup/b/02' },
] as const)('a service measured by $kind is read as it was written', (metricsFrom) => {
  const target = { ...onRoute({ kind: 'albIngress', name: 'shop-front' }), manifests: rendered, metricsFrom };
  const spec = sampleSpec('orders', { target });
  expect(roundTrip(spec)).toEqual(spec);
});

test.each<[string, object]>([
  ['a target of another kind', { kind: 'ecs' }],
  ['a route without the name that it needs', { ...targets[0], route: { kind: 'httpRoute' } }],
  ['manifests of no kind', { ...targets[0], manifests: {} }],
  ['metrics from nowhere', { ...targets[0], metricsFrom: { kind: 'targetGroups' } }],
  ['no time to get ready', { ...targets[0], readyWithin: undefined }],
])('a row with %s is refused and not guessed', (_what, target) => {
  expect(() => roundTrip({ ...sampleSpec('orders'), target: target as KubernetesTarget })).toThrow(
    expect.objectContaining({ name: 'Broken', message: expect.stringContaining('cannot be read') }),
  );
});

test('the progress of a rollout is read as it was written', () => {
  const { progress } = pgTable('deployments', { progress: progressText('progress') });
  const look = { at: 3, kind: 'inconclusive', rule: 'pods', because: 'one is missing', holds: true } as const;
  const restartsBefore = { canary: 1, stable: 2 };
  const pods = { atPercent: 25, needs: 1, restartsBefore, unwellSince: 2, looks: [look], byTaskAt: 4 };
  const whole = {
    ...{ stepIndex: 1, stepStartedAt: 2, pausedAt: null, extensions: 0, sharedAt: 1, pods },
    approval: { stepIndex: 1, by: 'ada' },
  };
  expect(progress.mapFromDriverValue(progress.mapToDriverValue(whole) as string)).toEqual(whole);
});
