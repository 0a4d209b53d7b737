import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { aDeploymentObject } from '../domain/a-workload.ts';
import { CALL_STEP } from '../effort.ts';
import { account, aFolderForTwo, folderForTwo, policy, type Service } from './a-folder-for-two.ts';
import { overtakenPort } from './a-workload-port.ts';

const both: readonly Service[] = ['orders', 'billing'];
const folders = {
  a: folderForTwo({ more: [policy] }),
  b: folderForTwo({ value: 'b', hasAccount: false }),
  c: folderForTwo({ value: 'c', hasAccount: false }),
  d: folderForTwo({ value: 'd', hasAccount: false }),
};
const RBAC = { apiVersion: 'rbac.authorization.k8s.io/v1' };

function scene(more: Readonly<Record<string, readonly ClusterObject[]>> = {}) {
  const shop = aFolderForTwo({ folders: { ...folders, ...more } });
  const there = (kind: string, name = 'app') =>
    shop.cluster.find({ ...shop.ref(kind, name), ...(kind.startsWith('Role') ? RBAC : {}) }) !== undefined;
  return {
    ...shop,
    shared: () => ({
      account: there('ServiceAccount'),
      role: there('Role'),
      binding: there('RoleBinding'),
      policy: there('NetworkPolicy', 'shop'),
    }),
    copies: () =>
      shop.cluster
        .objects()
        .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('common-'))
        .map(({ data }) => (data as { value: string }).value)
        .sort(),
  };
}

const whole = { account: true, role: true, binding: true, policy: true };
const gone = { account: false, role: false, binding: false, policy: false };

describe.each([
  ['the first service was deployed last', ['orders', 'billing', 'orders']],
  ['the second service was deployed last', ['orders', 'billing']],
] as const)('with two services in one folder, when %s', (_when, deployed) => {
  async function live() {
    const shop = scene();
    for (const service of deployed) await shop.promoted(service, 'a');
    return shop;
  }

  test.each([
    ['orders', 'billing'],
    ['billing', 'orders'],
  ] as const)('a shared object stays for the other service when %s no longer has it', async (leaves, stays) => {
    const shop = await live();
    for (const folder of ['b', 'c', 'd']) await shop.promoted(leaves, folder);
    expect(shop.named(stays)).toEqual({ config: { value: 'a' }, account: true });
    expect(shop.shared()).toEqual(whole);
  });

  test('a shared object is removed when neither service needs it any more', async () => {
    const shop = await live();
    for (const folder of ['b', 'c', 'd']) for (const service of both) await shop.promoted(service, folder);
    expect(shop.shared()).toEqual(gone);
    expect(shop.copies()).toEqual(['c', 'd']);
  });

  test('a shared object stays for the other service when a version that has it is rolled back', async () => {
    const shop = scene();
    await shop.promoted('orders', 'b');
    await shop.promoted('billing', 'a');
    const second = shop.rollout('orders', 'a');
    await second.plan();
    await second.weigh(25);
    await second.takeBack();
    expect(shop.shared()).toEqual(whole);
    expect(shop.named('billing')).toEqual({ config: { value: 'a' }, account: true });
  });
});

test('an object that only the previous version of another service has stays while a person could still undo to it', async () => {
  const shop = scene();
  for (const service of both) await shop.promoted(service, 'a');
  await shop.promoted('billing', 'b');
  await shop.promoted('orders', 'b');
  // A policy applies to the pods of the live versions, so it is removed with them.
  expect(shop.shared()).toEqual({ ...whole, policy: false });
  for (const service of both) await shop.promoted(service, 'c');
  await shop.promoted('orders', 'd');
  expect(shop.shared()).toEqual(gone);
});

test("the objects that the pods of another service's canary name stay", async () => {
  const shop = scene();
  await shop.promoted('orders', 'a');
  await shop.promoted('billing', 'b');
  const second = shop.rollout('billing', 'a');
  await second.plan();
  await second.weigh(25);
  for (const folder of ['b', 'c', 'd']) await shop.promoted('orders', folder);
  expect(shop.shared()).toEqual(whole);
  await second.promote();
  expect(shop.named('billing')).toEqual({ config: { value: 'a' }, account: true });
});

test.each(['record', 'version'] as const)(
  'the other service keeps what it needs when a cleaner has deleted its %s',
  async (kind) => {
    const shop = scene();
    for (const service of both) await shop.promoted(service, 'a');
    for (const { metadata, ...object } of shop.cluster.objects())
      if (metadata.labels?.['slipway/workload'] === 'billing' && metadata.labels['slipway/holds'] === kind)
        shop.cluster.removeByHand({ ...object, metadata });
    for (const folder of ['b', 'c', 'd']) await shop.promoted('orders', folder);
    expect(shop.named('billing')).toEqual({ config: { value: 'a' }, account: true });
    expect(shop.shared()).toEqual(whole);
  },
);

test('a service whose record a person has damaged keeps what it needs', async () => {
  const shop = scene();
  for (const service of both) await shop.promoted(service, 'a');
  shop.cluster.changeByHand({
    manager: 'somebody',
    ref: shop.ref('ConfigMap', 'slipway-billing'),
    change: { data: {} },
  });
  for (const folder of ['b', 'c', 'd']) await shop.promoted('orders', folder);
  expect(shop.shared()).toEqual(whole);
});

test('an object that the pods of others name stays, also when Slipway did not deploy those pods', async () => {
  const shop = scene();
  await shop.promoted('orders', 'a');
  const made = aDeploymentObject({ name: 'tool', labels: { app: 'tool' }, replicas: 0 });
  const pod = { serviceAccountName: 'app', containers: [{ name: 'tool', image: 'tool:7' }] };
  const template = { metadata: { labels: { app: 'tool' } }, spec: pod };
  const object = { ...made, metadata: { name: 'tool', namespace: 'shop' }, spec: { ...Object(made.spec), template } };
  shop.cluster.applyByHand({ manager: 'team', object });
  for (const folder of ['b', 'c']) await shop.promoted('orders', folder);
  expect(shop.shared()).toEqual({ ...gone, account: true });
});

test('an object from before Slipway stays, whichever service names it', async () => {
  const shop = scene();
  for (const object of account)
    shop.cluster.applyByHand({
      manager: 'platform',
      object: { ...object, metadata: { ...object.metadata, namespace: 'shop' } },
    });
  for (const folder of ['a', 'b', 'c', 'd']) for (const service of both) await shop.promoted(service, folder);
  expect(shop.shared()).toEqual({ ...whole, policy: false });
});

test('an object that another service begins to need while it is removed exists afterwards', async () => {
  // Before each call of the order that removes the object, the other service takes its own step with the same object.
  for (let nth = 1; ; nth += CALL_STEP) {
    const shop = scene();
    await shop.promoted('orders', 'a');
    await shop.promoted('billing', 'b');
    const second = shop.rollout('billing', 'a');
    await second.plan();
    const leaving = shop.rollout('orders', 'b');
    await leaving.plan();
    const by = () => shop.start(second.orders.weigh(25));
    const overtaken = overtakenPort(shop.cluster.port, { nth, by });
    await leaving.promote(overtaken.port);
    if (overtaken.calls() < nth) break;
    expect(shop.shared()).toMatchObject({ account: true, role: true, binding: true });
  }
});

test('two services that are promoted at once leave each other the objects that they need', async () => {
  const shop = scene();
  for (const service of both) await shop.promoted(service, 'a');
  const next = both.map((service) => shop.rollout(service, 'b'));
  for (const rollout of next) await rollout.plan();
  await Promise.all(next.map((rollout) => rollout.promote()));
  for (const service of both) expect(shop.named(service)).toMatchObject({ config: { value: 'b' } });
  const apart = [shop.rollout('orders', 'c'), shop.rollout('billing', 'a')];
  for (const rollout of apart) await rollout.plan();
  await Promise.all(apart.map((rollout) => rollout.promote()));
  expect(shop.named('billing')).toEqual({ config: { value: 'a' }, account: true });
});
