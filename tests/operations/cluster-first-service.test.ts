import type { Route } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { type Labels, specOf, templateOf } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService, ROUTES } from '../domain/a-workload.ts';
import { CALL_STEP } from '../effort.ts';
import { aLiveWorkload, aWorkload, MINUTE, SECOND } from './a-workload.ts';
import { dyingPort } from './a-workload-port.ts';

const folder = (labels: Record<string, string>, selector: Record<string, string>) => [
  aService('orders', selector),
  aDeploymentObject({ labels }),
];

test.each(ROUTES)('on %j a selector with a typo is refused before any object changes', async (route) => {
  const folders = { own: folder({ app: 'orders' }, { app: 'order' }) };
  const workload = aWorkload({ route, manifests: { folder: 'own' }, folders });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message:
      'Service shop/orders selects pods with app: order, which the pods of orders do not carry: nobody would answer. Correct its selector, or the labels of the pods.',
  });
  expect(workload.find('Service')).toBeUndefined();
});

test('a Service without a selector is refused', async () => {
  const folders = { own: [{ ...aService(), spec: { ports: [{ port: 80 }] } }, aDeploymentObject()] };
  const workload = aWorkload({ manifests: { folder: 'own' }, folders });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow('selects no pods by labels');
});

test('a Service that is in the cluster and not in the manifests is checked too', async () => {
  const workload = aWorkload({ manifests: { folder: 'own' }, folders: { own: [aDeploymentObject()] } });
  const service = aService('orders', { app: 'basket' });
  workload.cluster.applyByHand({
    manager: 'team',
    object: { ...service, metadata: { ...service.metadata, namespace: 'shop' } },
  });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow('nobody would answer');
});

test.each(ROUTES)('on %j a refusal names the pods of others behind the Service', async (route) => {
  const labels = { app: 'orders', team: 'shop' };
  const folders = { own: folder(labels, { team: 'shop' }) };
  const workload = aWorkload({ route, manifests: { folder: 'own' }, folders });
  const other = aDeploymentObject({ name: 'basket', replicas: 8, labels: { app: 'basket', team: 'shop' } });
  workload.cluster.applyByHand({
    manager: 'team',
    object: { ...other, metadata: { ...other.metadata, namespace: 'shop' } },
  });
  await workload.pass(MINUTE);

  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(
      /^Service shop\/orders selects team: shop, by which pods of others get calls too: basket-\S+, basket-\S+, basket-\S+ and 5 more\. .* Give it a selector that only the pods of orders carry\.$/,
    ),
  });
});

test('a refusal names all pods of others when they are few', async () => {
  const folders = { own: folder({ app: 'orders', team: 'shop' }, { team: 'shop' }) };
  const workload = aWorkload({ manifests: { folder: 'own' }, folders });
  const other = aDeploymentObject({ name: 'basket', replicas: 1, labels: { app: 'basket', team: 'shop' } });
  workload.cluster.applyByHand({
    manager: 'team',
    object: { ...other, metadata: { ...other.metadata, namespace: 'shop' } },
  });
  await workload.pass(MINUTE);
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow(
    /get calls too: basket-[a-z0-9-]+\. No share/,
  );
});

/** Version 1 is live with the first folder, and version 2 comes with the second. */
async function changing(route: Route, [from, to]: readonly (readonly ClusterObject[])[]) {
  const folders = { from: from ?? [], to: to ?? [] };
  const workload = await aLiveWorkload({ route, manifests: { folder: 'from' }, folders });
  return { workload, rollout: workload.rollout('good:2', { fence: 2, manifests: { folder: 'to' } }) };
}

/** A Deployment that selects its pods by one label. The pods have other labels too. */
function carrying(labels: Labels): ClusterObject {
  const made = aDeploymentObject();
  const template = { ...templateOf(made), metadata: { labels: { app: 'orders', ...labels } } };
  return { ...made, spec: { ...specOf(made), template } };
}

const PARTED: readonly (readonly ClusterObject[])[] = [
  [aService('orders', { app: 'orders', version: 'v1' }), carrying({ version: 'v1' })],
  [aService('orders', { app: 'orders', version: 'v2' }), carrying({ version: 'v2' })],
];

test.each(ROUTES)(
  'on %j a Service whose labels only one version carries leads to both while both have pods',
  async (route) => {
    const { workload, rollout } = await changing(route, PARTED);
    const selector = () => workload.find('Service')?.spec as { selector: Labels };
    const seen = workload.watchCalls();
    await rollout.plan();
    if (route.kind !== 'rolling') {
      await rollout.weigh(route.kind === 'blueGreen' ? 100 : 25);
      expect(workload.calls()).toEqual(route.kind === 'blueGreen' ? { 'good:2': 100 } : { 'good:1': 75, 'good:2': 25 });
    }
    await rollout.promote();
    expect(workload.calls()).toEqual({ 'good:2': 100 });
    expect(selector()).toMatchObject({ selector: { app: 'orders', version: 'v2' } });
    await rollout.takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
    expect(selector()).toMatchObject({ selector: { app: 'orders', version: 'v1' } });
    expect(seen.filter(({ nobody = 0 }) => nobody > 0)).toEqual([]);
  },
);

test.each(ROUTES)(
  'on %j every call is answered, at whichever write the promotion of such a Service dies and is repeated',
  async (route) => {
    for (let nth = 1; ; nth += CALL_STEP) {
      const { workload, rollout } = await changing(route, PARTED);
      await rollout.plan();
      const dying = dyingPort(workload.cluster.port, nth);
      const seen = workload.watchCalls();
      await rollout.promote(dying.port).catch(() => {});
      await workload.pass(SECOND);
      await rollout.promote();
      expect(workload.calls()).toEqual({ 'good:2': 100 });
      expect(seen.filter(({ nobody = 0 }) => nobody > 0)).toEqual([]);
      expect(workload.find('Service')?.spec).toMatchObject({ selector: { app: 'orders', version: 'v2' } });
      if (dying.calls() < nth) return;
    }
  },
);

test('a port by a name that the pods of a version do not have is refused before any object changes', async () => {
  const service = { ...aService(), spec: { selector: { app: 'orders' }, ports: [{ port: 80, targetPort: 'http' }] } };
  const workload = aWorkload({ manifests: { folder: 'own' }, folders: { own: [service, aDeploymentObject()] } });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow(
    'no container of orders has a port of that name',
  );
});

test('a version whose Service lacks the port that the route leads to is refused before any object changes', async () => {
  const closed = { ...aService(), spec: { selector: { app: 'orders' }, ports: [{ port: 8080 }] } };
  const { rollout } = await changing({ kind: 'httpRoute', name: 'shop-front' }, [
    [aService(), aDeploymentObject()],
    [closed, aDeploymentObject()],
  ]);
  await expect(rollout.plan()).rejects.toThrow(
    'leads to port 80 of Service shop/orders, which has 8080 in this version',
  );
});
