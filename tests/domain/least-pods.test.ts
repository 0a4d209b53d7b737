import { refuseUndone, withLeastPods } from '../../src/domain/workload/least-pods.ts';
import { anAutoscaler, anObject, aTarget } from './a-workload.ts';

const scaled = (spec: object, annotations?: Readonly<Record<string, string>>) => ({
  ...anObject('ScaledObject', { name: 'orders', ...(annotations && { annotations }) }),
  spec: { scaleTargetRef: { name: 'orders' }, ...spec },
});
const least = (object: ReturnType<typeof scaled>, replicas = 7) =>
  withLeastPods([object], { target: aTarget, replicas })[0]?.spec;

test('the autoscalers of other workloads are left out', () => {
  const objects = [anObject('ConfigMap'), anAutoscaler('basket'), anAutoscaler()];
  expect(withLeastPods(objects, { target: aTarget, replicas: 7 })).toMatchObject([
    { metadata: { name: 'orders' }, spec: { minReplicas: 7, maxReplicas: 9 } },
  ]);
  const open = anAutoscaler('orders', {});
  expect(withLeastPods([open], { target: aTarget, replicas: 7 })).toMatchObject([{ spec: { maxReplicas: 7 } }]);
});

test.each([
  [{ minReplicaCount: 2 }, { minReplicaCount: 7 }],
  [{ maxReplicaCount: 9 }, { minReplicaCount: 7, maxReplicaCount: 9 }],
  [{ maxReplicaCount: 4 }, { minReplicaCount: 7, maxReplicaCount: 7 }],
  [{ idleReplicaCount: 0, minReplicaCount: 1 }, { minReplicaCount: 7 }],
])('a ScaledObject with %j gets %j', (spec, wanted) => {
  expect(least(scaled(spec))).toEqual({ scaleTargetRef: { name: 'orders' }, ...wanted });
});

test('a ScaledObject without a maximum has a hundred', () => {
  expect(least(scaled({}), 101)).toMatchObject({ minReplicaCount: 101, maxReplicaCount: 101 });
});

test('a ScaledObject that is paused is refused, with the annotation that pauses it', () => {
  expect(() => least(scaled({}, { 'autoscaling.keda.sh/paused-replicas': '3' }))).toThrow(
    /ScaledObject orders has the annotation autoscaling.keda.sh\/paused-replicas, .* Take the annotation out/,
  );
  expect(() => least(scaled({}, { 'autoscaling.keda.sh/paused': 'false' }))).not.toThrow();
});

test.each([
  [7, 4, 9, true],
  [3, 4, 9, false],
  [10, 4, 9, false],
  [1, undefined, 9, true],
])('%d pods beside an autoscaler from %s to %d last: %s', (replicas, minReplicas, maxReplicas, lasts) => {
  const autoscalers = [
    anAutoscaler('orders', { maxReplicas, ...(minReplicas !== undefined && { minReplicas }) }),
    anAutoscaler('basket', { minReplicas: 99, maxReplicas: 99 }),
  ];
  const refuse = () => refuseUndone(autoscalers, { target: aTarget, replicas });
  if (lasts) expect(refuse).not.toThrow();
  else expect(refuse).toThrow(expect.objectContaining({ name: 'InvalidRequest' }));
});
