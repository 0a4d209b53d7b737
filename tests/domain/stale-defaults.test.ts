import type { ClusterObject } from '../../src/domain/cluster/cluster-object.ts';
import { isPaused, overLive, tried, unpaused, withoutStaleLimits } from '../../src/domain/cluster/stale-defaults.ts';
import { specOf, templateOf } from '../../src/domain/cluster/workload-objects.ts';
import { aDeploymentObject } from './a-workload.ts';

const deployment = (spec: object = {}, pod: object = {}): ClusterObject => {
  const made = aDeploymentObject();
  const template = templateOf(made);
  return {
    ...made,
    spec: { ...specOf(made), template: { ...template, spec: { ...specOf(template), ...pod } }, ...spec },
  };
};
const accountOf = (made: ClusterObject) => specOf(templateOf(made)).serviceAccountName;

test('pods that name no account any more get the one of pods that name none', () => {
  const live = deployment({}, { serviceAccountName: 'reader', serviceAccount: 'reader' });
  expect(accountOf(overLive(deployment(), live))).toBe('default');
});

test('an account that is named, or was never another one, is left alone', () => {
  const live = deployment({}, { serviceAccountName: 'reader', serviceAccount: 'reader' });
  const named = [deployment({}, { serviceAccountName: 'writer' }), deployment({}, { serviceAccount: 'writer' })];
  for (const one of named) expect(overLive(one, live)).toBe(one);
  const plain = deployment();
  for (const one of [null, deployment(), deployment({}, { serviceAccountName: 'default' })])
    expect(overLive(plain, one)).toBe(plain);
});

const atOnce = deployment({ strategy: { type: 'Recreate' } });
const byDefault = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };

test('limits of a rolling update are taken off before pods are to be replaced all at once', () => {
  const live = deployment({ strategy: byDefault, replicas: 7 });
  expect(withoutStaleLimits(live, atOnce)?.spec).toMatchObject({ strategy: { type: 'Recreate' }, replicas: 7 });
  expect(tried(atOnce, live).spec).not.toHaveProperty('strategy');
});

test('where there are none, or they are wanted, nothing is in the way', () => {
  const nothing: readonly (readonly [ClusterObject | null, ClusterObject])[] = [
    [null, atOnce],
    [atOnce, atOnce],
    [deployment({ strategy: byDefault }), deployment()],
  ];
  for (const [live, wanted] of nothing) {
    expect(withoutStaleLimits(live, wanted)).toBeNull();
    expect(tried(wanted, live)).toBe(wanted);
  }
});

test('a Deployment that somebody has paused is let go on by saying so', () => {
  expect([isPaused(deployment()), isPaused(deployment({ paused: true }))]).toEqual([false, true]);
  expect(isPaused(unpaused(deployment({ paused: true })))).toBe(false);
  expect(unpaused(deployment()).spec).toMatchObject({ paused: false });
});
