import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { trackDeployment } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anAutoscaler, anObject, aService } from '../domain/a-workload.ts';
import { aLiveWorkload, MINUTE, type Scene } from './a-workload.ts';

const config = (MODE: string): ClusterObject => ({ ...anObject('ConfigMap', { name: 'settings' }), data: { MODE } });
const reading = [{ name: 'app', image: 'good:0', envFrom: [{ configMapRef: { name: 'settings' } }] }];
const folders = {
  quiet: [aService(), aDeploymentObject({ containers: reading }), config('quiet')],
  loud: [aService(), aDeploymentObject({ containers: reading }), config('loud')],
};
const scene: Scene = { manifests: { folder: 'quiet' }, folders };

/**
 * A version as Slipway left it before copies existed: its pods read the plain ConfigMap, and no annotation notes their
 * number.
 */
async function aVersionFromBefore() {
  const workload = await aLiveWorkload(scene);
  const { cluster, target, ref, first } = workload;
  const { canary } = first.versions();
  const stored = ref('ConfigMap', `slipway-orders-${canary}`);
  const found = cluster.find(stored) as ClusterObject & { readonly data: { readonly objects: string } };
  const objects = (JSON.parse(found.data.objects) as ClusterObject[]).filter(({ immutable }) => immutable !== true);
  const text = JSON.stringify(objects).replaceAll(/settings-[0-9a-f]{12}/g, 'settings');
  const { name, namespace, labels, annotations } = found.metadata;
  cluster.removeByHand(stored);
  await cluster.port.replace({
    ...found,
    metadata: { name, namespace: namespace ?? '', labels: labels ?? {}, annotations: annotations ?? {} },
    data: { objects: text },
  });
  const plain = trackDeployment(JSON.parse(text), { target, version: canary, track: 'stable' });
  await cluster.port.apply({ objects: [plain] });
  await workload.pass(MINUTE);
  return workload;
}

test('a version from before copies existed keeps its configuration beside a canary, and can be restored', async () => {
  const workload = await aVersionFromBefore();
  expect(workload.environment('good:1')).toEqual({ MODE: 'quiet' });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: { folder: 'loud' } });
  await rollout.plan();
  await rollout.weigh(25);
  expect([workload.environment('good:1'), workload.environment('good:2')]).toEqual([
    { MODE: 'quiet' },
    { MODE: 'loud' },
  ]);

  await rollout.promote();
  expect(workload.environment('good:2')).toEqual({ MODE: 'loud' });

  await rollout.takeBack();
  expect([workload.environment('good:1'), workload.pods()]).toEqual([{ MODE: 'quiet' }, { 'good:1': 3 }]);
});

test('a Deployment without a noted number follows the manifests when it has the number of the live ones', async () => {
  const workload = await aVersionFromBefore();
  const smaller = { ...folders, smaller: [aService(), aDeploymentObject({ replicas: 2 })] };
  const port = { ...workload.cluster.port, build: async () => smaller.smaller };
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan(port);
  await rollout.promote();
  expect(workload.pods()).toEqual({ 'good:2': 2 });
});

test('after an autoscaler is removed, the next version sets the number of the manifests again', async () => {
  const own = (replicas: number) => [aService(), aDeploymentObject({ replicas })];
  const scaled = [...own(3), anAutoscaler('orders', { minReplicas: 6, maxReplicas: 9 })];
  const workload = await aLiveWorkload({
    manifests: { folder: 'scaled' },
    folders: { scaled, own: own(4), next: own(2) },
  });
  const count = () => (workload.find('Deployment') as unknown as { spec: { replicas: number } }).spec.replicas;
  await workload.cluster.port.scale(workload.ref('Deployment'), 8);
  await workload.pass(MINUTE);
  for (const [index, folder] of ['own', 'own', 'next'].entries()) {
    const rollout = workload.rollout(`good:${index + 2}`, { fence: index + 2, manifests: { folder } });
    await rollout.plan();
    await rollout.promote();
    expect([index, count()]).toEqual([index, [8, 4, 2][index]]);
  }
  expect(workload.find('HorizontalPodAutoscaler')).toBeUndefined();
});

test('the Service that leads calls to a workload stays when a version no longer has it', async () => {
  const deployment = aDeploymentObject();
  const workload = await aLiveWorkload({
    manifests: { folder: 'with' },
    folders: { with: [aService(), deployment], without: [deployment] },
  });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: { folder: 'without' } });
  await rollout.plan();
  await rollout.promote();
  expect(workload.calls()).toEqual({ 'good:2': 100 });
});

test.each(['get', 'delete'] as const)(
  'an object that Slipway may not %s stays, and neither a promotion nor a rollback fails because of it',
  async (verb) => {
    const account = anObject('ServiceAccount', { name: 'reader' });
    const workload = await aLiveWorkload({
      manifests: { folder: 'with' },
      folders: { with: [...folders.quiet, account], without: folders.quiet },
    });
    workload.cluster.deny({ verb, resource: 'serviceaccounts' });
    const rollout = workload.rollout('good:2', { fence: 2, manifests: { folder: 'without' } });
    await rollout.plan();
    await rollout.promote();
    expect(workload.find('ServiceAccount', 'reader')).toBeDefined();
    await rollout.takeBack();
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  },
);

test('a version is refused when Slipway may not remove what it brings, with the right that is missing', async () => {
  const account = anObject('ServiceAccount', { name: 'reader' });
  const workload = await aLiveWorkload({
    manifests: { folder: 'without' },
    folders: { with: [...folders.quiet, account], without: folders.quiet },
  });
  workload.cluster.deny({ verb: 'delete', resource: 'serviceaccounts' });
  await expect(workload.rollout('good:2', { fence: 2, manifests: { folder: 'with' } }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/may not delete serviceaccounts in namespace shop\. Apply k8s\/access again/),
  });
});

test('an object that Slipway may not read counts as somebody else’s', async () => {
  const account = anObject('ServiceAccount', { name: 'reader' });
  const workload = await aLiveWorkload({
    manifests: { folder: 'without' },
    folders: { with: [...folders.quiet, account], without: folders.quiet },
  });
  workload.cluster.deny({ verb: 'get', resource: 'serviceaccounts' });
  const rollout = workload.rollout('good:2', { fence: 2, manifests: { folder: 'with' } });
  await rollout.plan();
  await rollout.weigh(25);
  await rollout.takeBack();
  expect(workload.find('ServiceAccount', 'reader')).toBeDefined();
});

test('the plan names a changed object that live pods use, because the canary does not try it', async () => {
  const account = anObject('ServiceAccount', { name: 'reader' });
  const changed = { ...account, automountServiceAccountToken: false };
  const workload = await aLiveWorkload({
    manifests: { folder: 'first' },
    folders: { first: [...folders.quiet, account], second: [...folders.quiet, changed] },
  });
  const rollout = workload.rollout('good:2', { fence: 3, manifests: { folder: 'second' }, weights: [50] });
  const same = workload.rollout('good:3', { fence: 2, weights: [50] });
  expect((await same.plan()).notes).toEqual([]);
  expect((await rollout.plan()).notes).toEqual([
    expect.stringMatching(/^Live pods use ServiceAccount shop\/reader too, .* give it a name of its own/),
  ]);
  await rollout.weigh(50);
  expect(workload.find('ServiceAccount', 'reader')).not.toHaveProperty('automountServiceAccountToken');
});
