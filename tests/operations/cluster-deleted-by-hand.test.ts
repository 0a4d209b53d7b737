/** Another person deletes or edits objects that lead the calls, in the middle of a rollout. */

import type { Route } from '../../src/domain/service/service-spec.ts';
import { fieldsOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { aTarget, ROUTES } from '../domain/a-workload.ts';
import { aLiveWorkload, MINUTE, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { teamRoute } from './a-workload-route.ts';

const WITH_OBJECT = ROUTES.filter((route) => 'name' in route);
const WITH_CANARY = ROUTES.filter(({ kind }) => kind !== 'rolling');
const kindOf = ({ kind }: Route) => (kind === 'httpRoute' ? 'HTTPRoute' : 'Ingress');

async function tried(route: Route, folder = ownFolder()) {
  const workload = await aLiveWorkload({ route, manifests: { folder: 'own' }, folders: { own: folder } });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(route.kind === 'blueGreen' ? 100 : 25);
  return { workload, rollout };
}

const editSelector = ({ cluster, ref, find }: Workload, change: object) => {
  const selector = fieldsOf(specOf(find('Service') ?? {}).selector);
  cluster.changeByHand({
    manager: 'kubectl-edit',
    ref: ref('Service'),
    change: { spec: { selector: { ...selector, ...change } } },
  });
};

describe.each(WITH_OBJECT)('with a deleted route of $kind', (route) => {
  test('a rollout whose route was deleted goes no further, and its rollback removes the canary and says what is missing', async () => {
    const { workload, rollout } = await tried(route);
    workload.cluster.removeByHand(workload.ref(kindOf(route), 'shop-front'));

    await expect(rollout.weigh(50)).rejects.toMatchObject({ name: 'NotFound' });
    const { notes } = await rollout.takeBack();

    expect(notes).toEqual([expect.stringMatching(/^There is no \w+ shop\/shop-front, so nobody leads calls/)]);
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test("a deleted route in the team's folder comes back with the rollback, and with the next version", async () => {
    const own = teamRoute({ ...aTarget, route });
    if (own === null) throw new Error('The route has no object.');
    const { workload, rollout } = await tried(route, ownFolder({ more: [own] }));
    workload.cluster.removeByHand(workload.ref(kindOf(route), 'shop-front'));
    expect(await rollout.takeBack()).toMatchObject({ notes: [] });
    expect(workload.calls()).toEqual({ 'good:1': 100 });

    workload.cluster.removeByHand(workload.ref(kindOf(route), 'shop-front'));
    const next = workload.rollout('good:3', { fence: 3 });
    await next.plan();
    await next.promote();
    expect(workload.calls()).toEqual({ 'good:3': 100 });
  });
});

describe.each(WITH_CANARY)('with a route of $kind, the first Service', (route) => {
  const step = route.kind === 'blueGreen' ? 100 : 50;

  test('a deleted first Service stops the next step, and comes back with the rollback', async () => {
    const { workload, rollout } = await tried(route);
    workload.cluster.removeByHand(workload.ref('Service'));

    await expect(rollout.weigh(step)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('Service shop/orders is not there any more'),
    });
    await rollout.takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });

  test('a first Service whose selector was changed stops the next step, and the rollback repairs it', async () => {
    const { workload, rollout } = await tried(route);
    editSelector(workload, { app: 'somebody-elses' });

    await expect(rollout.weigh(step)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('nobody would answer'),
    });
    await rollout.takeBack();
    await workload.pass(MINUTE);
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });

  test('no call goes to a stable version that a person scaled to nothing, and its pods come back with the rollback', async () => {
    const { workload, rollout } = await tried(route);
    workload.cluster.scaleByHand({ ref: workload.ref('Deployment'), replicas: 0, manager: 'kubectl' });
    await workload.pass(MINUTE);

    await expect(rollout.weigh(step)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('was scaled to no pod by somebody'),
    });
    await rollout.takeBack();
    expect(workload.calls()).toEqual({ 'good:1': 100 });
  });
});
