import { limitNotes, refuseEndless, rollingLimits } from '../../src/domain/workload/rollout-limits.ts';
import { aDeploymentObject } from './a-workload.ts';

const readyWithin = { minutes: 5 } as const;
function deployment(change: object, containers: readonly object[] = [{ name: 'app' }]) {
  const found = aDeploymentObject({ containers });
  return { ...found, spec: { ...(found.spec as object), ...change } };
}
const probed = (initialDelaySeconds: number) =>
  deployment({}, [{ name: 'app' }, { name: 'slow', readinessProbe: { initialDelaySeconds } }]);
const refusing = (object: ReturnType<typeof deployment>, replicas = 3) =>
  expect(() => refuseEndless(object, { readyWithin, replicas }));

test('a paused Deployment is refused with the field', () => {
  refusing(deployment({ paused: true })).toThrow(
    'Deployment orders has spec.paused: true, and a paused Deployment makes no pods. Remove spec.paused.',
  );
  refusing(deployment({ paused: false })).not.toThrow();
});

test('a probe that begins after the time to get ready is refused with its container', () => {
  refusing(probed(300)).toThrow(
    /Container slow of Deployment orders has a readinessProbe.initialDelaySeconds.*lengthen readyWithin of the target, which is 5 minutes/,
  );
  refusing(probed(299)).not.toThrow();
});

test('minReadySeconds that do not fit into the time to get ready are refused', () => {
  refusing(deployment({ minReadySeconds: 300, strategy: { type: 'Recreate' } })).toThrow(
    'Deployment orders has spec.minReadySeconds 300: it cannot be rolled out in time. Shorten it, or lengthen readyWithin of the target, which is 5 minutes.',
  );
  refusing(deployment({ minReadySeconds: 299, strategy: { type: 'Recreate' } })).not.toThrow();
});

test('minReadySeconds count once for each batch of pods', () => {
  const rolling = (minReadySeconds: number, rollingUpdate?: object) =>
    deployment({ minReadySeconds, strategy: { type: 'RollingUpdate', rollingUpdate } });
  refusing(rolling(100)).toThrow(
    /minReadySeconds 100, and its 3 pods are replaced in 3 batches: it cannot be rolled out/,
  );
  refusing(rolling(99)).not.toThrow();
  refusing(rolling(149, { maxSurge: 1, maxUnavailable: 1 })).not.toThrow();
  refusing(rolling(150, { maxSurge: 1, maxUnavailable: 1 })).toThrow(/in 2 batches/);
  refusing(rolling(299, { maxSurge: '100%' })).not.toThrow();
  refusing(rolling(299), 0).not.toThrow();
});

test.each([
  [
    { maxSurge: 0, maxUnavailable: 0 },
    { maxSurge: 0, maxUnavailable: 1 },
  ],
  [
    { maxSurge: '50%', maxUnavailable: '50%' },
    { maxSurge: 2, maxUnavailable: 1 },
  ],
  [undefined, { maxSurge: 1, maxUnavailable: 0 }],
])('the limits %j of three pods are %j pods', (given, pods) => {
  expect(rollingLimits(given, 3)).toEqual(pods);
});

test('the message says which deadline holds when the Deployment has one of its own', () => {
  const notes = (progressDeadlineSeconds?: number) =>
    limitNotes(deployment(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }), { readyWithin });
  expect(notes()).toEqual([]);
  expect(notes(60)).toEqual([
    'spec.progressDeadlineSeconds 60 of Deployment orders ends the wait for its pods, when none of them makes progress for so long.',
  ]);
  expect(notes(300)).toEqual([
    'spec.progressDeadlineSeconds 300 of Deployment orders does not lengthen the wait for its pods: readyWithin of 5 minutes ends it before.',
  ]);
});
