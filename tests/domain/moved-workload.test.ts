import { afterIntrusion } from '../../src/domain/deployment/moved-by-others.ts';
import { intrusionOnCluster } from '../../src/domain/deployment/moved-workload.ts';
import { afterShift } from '../../src/domain/deployment/rollout.ts';
import { aboutCanary, lookOrderFor } from '../../src/domain/orders/cluster-order.ts';
import type { Shares } from '../../src/domain/workload/received-share.ts';
import { aDeployment, type DeploymentChange, OPENED_AT } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
const strategy = [{ setWeight: 25 }, { bake: { minutes: 5 } }, { setWeight: 50 }] as const;
const baking = (change: DeploymentChange = {}) =>
  aDeployment({
    ...{ stable: 'v1', canary: 'v2', atPercent: 25, spec: { target: { ...aTarget, manifests }, strategy } },
    ...change,
    progress: { stepIndex: 1, ...change.progress },
  });
const found = (shares: Partial<Shares>, { change = {}, strangers = [] as readonly string[] } = {}) => {
  const led = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 0, ...shares };
  const share = { led, received: led, strangers, precision: 0.5 };
  return intrusionOnCluster(baking(change), { stable: 'v1', canary: 'v2', share });
};

test('a share that equals the recorded one, except for rounding, is no move', () => {
  expect(found({ canary: 25.4, stable: 74.6 })).toBeNull();
});

test('a share that stable’s new pods have outgrown is no move', () => {
  expect(found({ canary: 10, stable: 90 })).toBeNull();
});

test('another share of the two versions was moved by others, and the record stays', () => {
  const intrusion = found({ canary: 60, stable: 40 });
  expect(intrusion).toMatchObject({
    kind: 'shared',
    percent: 60,
    key: '40 % on version v1, 60 % on version v2',
    fact: 'The calls of workload shop/orders on production are not led as recorded: 40 % on version v1, 60 % on version v2, and Slipway had given version v2 25 %.',
  });
  if (intrusion === null) throw new Error('Nothing was found');
  const { deployment } = afterIntrusion(baking(), { intrusion, split: { stable: 'v1', canary: 'v2' }, now: OPENED_AT });
  expect(deployment).toMatchObject({ status: 'paused', atPercent: 25, liveRevision: 'revision-1' });
});

test('all calls on stable again are a rollback by hand', () => {
  expect(found({ stable: 100 })).toMatchObject({ kind: 'home', percent: 0 });
});

test('calls that lead to no pod, or to pods of others, are reported', () => {
  expect(found({ stable: 75, lost: 25 })).toMatchObject({
    kind: 'shared',
    key: '75 % on version v1, 25 % lead to no pod',
  });
  expect(found({ others: 80, stable: 20 }, { strangers: ['debug-1'] })?.fact).toMatch(
    /Pods such as debug-1 get calls: correct the selector\.$/,
  );
});

test('a move that was reported before, or may be Slipway’s own, is not reported', () => {
  const others = '40 % on version v1, 60 % on version v2';
  expect(found({ canary: 60, stable: 40 }, { change: { progress: { others } } })).toBeNull();
  expect(found({ canary: 50, stable: 50 }, { change: { progress: { stepIndex: 2 } } })).toBeNull();
});

test('a Lambda target, and a rollout that was never planned, have no workload', () => {
  expect(found({ canary: 60 }, { change: { liveRevision: null } })).toBeNull();
  expect(found({ canary: 60 }, { change: { spec: { strategy } } })).toBeNull();
});

test('only a canary with calls on a cluster can be looked at', () => {
  expect(aboutCanary(baking())).toEqual({ stable: 'v1', canary: 'v2', canaryPercent: 25 });
  const others = [
    { atPercent: 0 },
    { kind: 'rollback' },
    { stable: null },
    { canary: null },
    { spec: { strategy } },
  ] as const;
  for (const change of others) {
    expect(aboutCanary(baking(change))).toBeNull();
    expect(lookOrderFor(baking(change))).toBeNull();
  }
});

test('a task that looks is told which canary it looks at', () => {
  expect(lookOrderFor(baking())).toMatchObject({
    do: 'status',
    target: aTarget,
    about: { stable: 'v1', canary: 'v2', canaryPercent: 25 },
  });
});

test('a share on a cluster is known by the time at which it was set', () => {
  expect(afterShift(baking(), { toPercent: 50, now: 7 }).progress).toMatchObject({ sharedAt: 7 });
  expect(afterShift(aDeployment(), { toPercent: 50, now: 7 }).progress).not.toHaveProperty('sharedAt');
});
