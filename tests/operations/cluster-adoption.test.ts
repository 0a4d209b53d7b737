import type { Route } from '../../src/domain/service/service-spec.ts';
import { isFoundVersion } from '../../src/domain/workload/found-deployment.ts';
import { specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';
import { aWorkload, MINUTE } from './a-workload.ts';
import { died, diesAtEachCall, SPLITS } from './a-workload-crash.ts';
import { ownFolder } from './a-workload-folder.ts';

type Spec = Readonly<Record<string, unknown>>;

/** A Service and a Deployment that a team has created under the names of the workload, with ready pods. */
async function found(route: Route, spec: Spec = {}, image = 'good:0') {
  const workload = aWorkload({ route, manifests: { folder: 'deploy' }, folders: { deploy: ownFolder() } });
  const { cluster, target, pass } = workload;
  const deployment = aDeploymentObject({ containers: [{ name: 'app', image }] });
  for (const object of [aService(), { ...deployment, spec: { ...specOf(deployment), ...spec } }]) {
    const ref = { ...object, metadata: { ...object.metadata, namespace: target.namespace } };
    cluster.changeByHand({ manager: 'helm', ref, change: ref });
  }
  await pass(MINUTE);
  const names = () => cluster.pods(target.namespace).map(({ metadata }) => metadata.name);
  return { ...workload, names, before: names() };
}

test.each(SPLITS)(
  'a plan that adopts a Deployment and dies at any write adopts it when repeated, on %j',
  async (route) => {
    const calls = await diesAtEachCall(async (dying) => {
      const { rollout, cluster, names, before, find, watchCalls } = await found(route);
      const first = rollout('good:1', { fence: 1 });
      const seen = watchCalls();
      await died(first.plan(dying(cluster.port)));

      await first.plan();

      expect(isFoundVersion(first.versions().stable)).toBe(true);
      expect(find('Deployment')?.metadata.labels).toMatchObject({ 'slipway/version': first.versions().stable });
      expect(specOf(find('Deployment') ?? {}).paused).toBeUndefined();
      expect(names()).toEqual(before);
      expect(seen).toEqual([{ 'good:0': 100 }]);
    });
    expect(calls).toBeGreaterThan(20);
  },
);

test.each(SPLITS)(
  'a rollback after that plan died at any write leaves the pods and the calls as they were, on %j',
  async (route) => {
    await diesAtEachCall(async (dying) => {
      const { rollout, cluster, names, before, find, calls, pass } = await found(route);
      const first = rollout('good:1', { fence: 1 });
      await died(first.plan(dying(cluster.port)));

      await first.takeBack();

      await pass(MINUTE);
      expect(specOf(find('Deployment') ?? {}).paused).toBeUndefined();
      expect(names()).toEqual(before);
      expect(calls()).toEqual({ 'good:0': 100 });
    });
  },
);

test('a Deployment without pods is adopted, and the next version gets all the calls', async () => {
  const { rollout } = await found({ kind: 'replicas' }, { replicas: 0 });
  expect(await rollout('good:1', { fence: 1 }).plan()).toMatchObject({ alone: 'scaledToNone' });
});

test('a Deployment whose pods are not ready is adopted, and the next version gets all the calls', async () => {
  const { rollout, pass } = await found({ kind: 'replicas' }, {}, 'unready:1');
  await pass(15 * MINUTE);
  expect(await rollout('good:1', { fence: 1 }).plan()).toMatchObject({ alone: 'unready' });
});

test('an adopted Deployment that replaces all its pods at once keeps them, and the promotion loses no call', async () => {
  const { rollout, names, before, watchCalls } = await found(
    { kind: 'httpRoute', name: 'shop-front' },
    { strategy: { type: 'Recreate' } },
  );
  const first = rollout('good:1', { fence: 1 });
  const seen = watchCalls();
  await first.plan();
  expect(names()).toEqual(before);
  await first.weigh(25);
  await first.promote();
  expect(seen.filter((calls) => 'nobody' in calls)).toEqual([]);
  expect(seen.at(-1)).toEqual({ 'good:1': 100 });
});

test('a Deployment that a person has paused is adopted by a hotfix only, and is resumed with the promotion', async () => {
  const { rollout, find, calls, cluster, ref } = await found({ kind: 'replicas' });
  cluster.changeByHand({ manager: 'kubectl', ref: ref('Deployment'), change: { spec: { paused: true } } });
  await expect(rollout('good:1', { fence: 1 }).plan()).rejects.toThrow('was paused by somebody');
  const second = rollout('good:1', { fence: 2, takesOver: true });
  await second.plan();
  expect(specOf(find('Deployment') ?? {}).paused).toBe(true);
  await second.promote();
  expect(calls()).toEqual({ 'good:1': 100 });
});

test('kubectl rollout undo to the state before the adoption leaves its pods behind the Service', async () => {
  const { rollout, cluster, ref, calls, pass } = await found({ kind: 'httpRoute', name: 'shop-front' });
  const change = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
  cluster.changeByHand({ manager: 'helm', ref: ref('Deployment'), change: change('good:00') });
  await pass(MINUTE);
  const first = rollout('good:1', { fence: 1 });
  await first.plan();
  await first.weigh(25);
  await first.takeBack();
  const sets = cluster.objects().filter(({ kind, spec }) => kind === 'ReplicaSet' && specOf({ spec }).replicas === 0);
  const old = sets.find((set) => JSON.stringify(set.spec).includes('good:0"'));
  const { labels: { 'pod-template-hash': _, ...labels } = {} } = (templateOf(old ?? {}).metadata ?? {}) as {
    labels?: Record<string, string>;
  };
  const template = { ...templateOf(old ?? {}), metadata: { labels } };
  cluster.changeByHand({ manager: 'kubectl', ref: ref('Deployment'), change: { spec: { template } } });
  await pass(MINUTE);
  expect(calls()).toEqual({ 'good:0': 100 });
});

test('version 0 is scaled like any other version, even if another tool has set its fields', async () => {
  const { rollout, target, run, find } = await found({ kind: 'replicas' });
  const first = rollout('good:1', { fence: 1 });
  await first.plan();
  await first.takeBack();
  await run({ do: 'scale', deploymentId: first.id, fence: 1, service: 'orders', target, replicas: 5 });
  expect(specOf(find('Deployment') ?? {}).replicas).toBe(5);
});
