import type { Route } from '../../src/domain/service/service-spec.ts';
import { checkBrake } from '../../src/operations/opening/check-brake.ts';
import { checkService } from '../../src/operations/opening/check-service.ts';
import { onRoute } from '../domain/a-workload.ts';
import { aClusterScene, clusterTarget } from './a-cluster-rollout.ts';

const checked = async (spoil: (scene: Awaited<ReturnType<typeof aClusterScene>>) => void, route?: Route) => {
  const scene = await aClusterScene();
  scene.cloud.cluster.addNamespace('shop');
  spoil(scene);
  return checkBrake(scene.ports, { ...clusterTarget, ...(route === undefined ? {} : onRoute(route)) });
};
const nothing = () => {};

test.each<readonly [Route]>([
  [{ kind: 'replicas' }],
  [{ kind: 'blueGreen' }],
  [{ kind: 'httpRoute', name: 'front' }],
  [{ kind: 'albIngress', name: 'front' }],
])('checkBrake finds nothing on %j when the API server lets the function patch', async (route) => {
  expect(await checked(nothing, route)).toEqual([]);
});

test.each<readonly [string, Parameters<typeof checked>[0], Route | undefined, RegExp]>([
  ['is private', ({ cloud }) => cloud.cluster.setReachable(false), undefined, /cluster production has no endpoint/],
  ['does not answer', ({ cloud }) => cloud.cluster.goAway(Number.POSITIVE_INFINITY), undefined, /cannot be reached/],
  [
    'forbids the change',
    ({ cloud }) => cloud.cluster.deny({ verb: 'patch', resource: 'ingresses.networking.k8s.io' }),
    { kind: 'albIngress', name: 'front' },
    /Ingress shop\/front/,
  ],
  ['replaces pods in place', nothing, { kind: 'rolling' }, /has no canary/],
])('a warning says that a rollback takes longer, and what to do, when the cluster %s', async (...row) => {
  const [, spoil, route, why] = row;
  expect(await checked(spoil, route)).toEqual([
    {
      severity: 'warning',
      check: 'brakeIsReady',
      subject: 'shop/orders on production',
      detail: expect.stringMatching(new RegExp(`^The way back takes tens of seconds.*${why.source}`)),
    },
  ]);
});

test('the check of a service on a cluster warns about the brake, and the check of a function does not ask', async () => {
  const scene = await aClusterScene();
  scene.cloud.cluster.setReachable(false);
  const findings = await checkService(scene.ports, { name: 'checkout' });
  expect(findings.map(({ check }) => check)).toContain('brakeIsReady');
});

test('an error inside Slipway fails the check and is no finding', async () => {
  const reach = async (): Promise<never> => {
    throw new TypeError('a defect');
  };
  await expect(checkBrake({ clusters: { reach } }, clusterTarget)).rejects.toThrow('a defect');
});
