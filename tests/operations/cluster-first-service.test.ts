import { aDeploymentObject, aService, ROUTES } from '../domain/a-workload.ts';
import { aWorkload, MINUTE } from './a-workload.ts';

const folder = (labels: Record<string, string>, selector: Record<string, string>) => [
  aService('orders', selector),
  aDeploymentObject({ labels }),
];

test.each(ROUTES)('on %j a selector with a typo is refused before anything is done', async (route) => {
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

test('a Service that is there beside the manifests is looked at, too', async () => {
  const workload = aWorkload({ manifests: { folder: 'own' }, folders: { own: [aDeploymentObject()] } });
  const service = aService('orders', { app: 'basket' });
  workload.cluster.applyByHand({
    manager: 'team',
    object: { ...service, metadata: { ...service.metadata, namespace: 'shop' } },
  });
  await expect(workload.rollout('good:1', { fence: 1 }).plan()).rejects.toThrow('nobody would answer');
});

test.each(ROUTES)('on %j pods of others behind the Service are named, and refused', async (route) => {
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

test('all of them are named where they are few', async () => {
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
