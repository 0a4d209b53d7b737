import type { Route } from '../../src/domain/service/service-spec.ts';
import type { BrakeOrder } from '../../src/domain/workload/brake-order.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { CALL_STEP } from '../effort.ts';
import { aLiveWorkload, type Workload } from './a-workload.ts';
import { overtakenPort } from './a-workload-port.ts';

/** Each route, with a share at which its canary has calls. */
const BRAKED: readonly (readonly [Route, number])[] = [
  [{ kind: 'replicas' }, 25],
  [{ kind: 'blueGreen' }, 100],
  [{ kind: 'httpRoute', name: 'shop-front' }, 25],
  [{ kind: 'httpRoute', name: 'shop-front' }, 100],
  [{ kind: 'albIngress', name: 'shop-front' }, 25],
];

async function pull({ cluster, target }: Pick<Workload, 'cluster' | 'target'>, brake: BrakeOrder | null | undefined) {
  if (brake === null || brake === undefined) throw new Error('There is no brake ready.');
  const reached = await cluster.clusters.reach(target.cluster);
  return reached?.brake(brake);
}

describe.each(BRAKED)('on %j at %d %%', (route, percent) => {
  async function atPercent() {
    const workload = await aLiveWorkload({ route });
    const rollout = workload.rollout('good:2', { fence: 2, isCanaryBad: true });
    await rollout.plan();
    const { brake } = await rollout.weigh(percent);
    return { workload, rollout, brake };
  }

  test('the task leaves a brake ready, which takes all calls off the canary in one change', async () => {
    const { workload, brake } = await atPercent();
    expect(workload.calls()).toMatchObject({ 'good:2': expect.any(Number) });

    expect(await pull(workload, brake)).toBe('braked');
    expect(workload.calls()).toEqual({ 'good:1': 100 });
    expect(await pull(workload, brake)).toBe('elsewhere');
  });

  test('the rollback after a brake ends with one version, and the next deployment gets its share and all calls', async () => {
    const { workload, rollout, brake } = await atPercent();
    await pull(workload, brake);
    const seen = workload.watchCalls();
    expect(await rollout.takeBack()).toMatchObject({ percent: 0, foundPercent: percent });
    expect(seen).toEqual([{ 'good:1': 100 }]);
    expect(workload.pods()).toEqual({ 'good:1': 3 });

    const next = workload.rollout('good:3', { fence: 3 });
    await next.plan();
    await next.weigh(percent);
    expect(workload.calls()['good:3']).toBeGreaterThanOrEqual(percent);
    await next.promote();
    expect(workload.calls()).toEqual({ 'good:3': 100 });
  });

  test('a brake that was prepared before a person changed the route does not change that route', async () => {
    const { workload, brake } = await atPercent();
    const byHand = brake?.ref ?? workload.ref('Service');
    const { cluster } = workload;
    const selector = { spec: { selector: { team: 'other' } } };
    const rules = { spec: { rules: [{ backendRefs: [{ name: 'other', port: 80 }] }] } };
    const annotations = { metadata: { annotations: { 'alb.ingress.kubernetes.io/actions.orders': '{}' } } };
    const change = { Service: selector, HTTPRoute: rules, Ingress: annotations }[byHand.kind] ?? {};
    cluster.changeByHand({ manager: 'team', ref: byHand, change });
    const before = cluster.find(byHand);

    expect(await pull(workload, brake)).toBe('elsewhere');
    expect(cluster.find(byHand)).toEqual(before);
  });

  test('a brake that is pulled at any write of the next step leads to a rollback that ends with one version', async () => {
    const ends: unknown[] = [];
    for (let nth = 1; nth < 60; nth += 3 * CALL_STEP) {
      const { workload, rollout, brake } = await atPercent();
      const act = (port: Cluster) => (percent === 100 ? rollout.promote(port) : rollout.weigh(50, port));
      const { port } = overtakenPort(workload.cluster.port, { nth, by: () => pull(workload, brake) });
      await act(port).catch(() => {});
      await rollout.takeBack();
      ends.push([workload.calls(), workload.pods()]);
    }
    expect(ends).toEqual(ends.map(() => [{ 'good:1': 100 }, { 'good:1': 3 }]));
  });
});

test.each([
  ['rolling, which has no canary', { kind: 'rolling' } as const, 100],
  ['blue/green before the switch, when the canary has no calls', { kind: 'blueGreen' } as const, 25],
  ['pods alone with all of them new', { kind: 'replicas' } as const, 100],
])('an order leaves no brake on %s', async (_why, route, percent) => {
  const { rollout } = await aLiveWorkload({ route });
  const next = rollout('good:2', { fence: 2 });
  await next.plan();
  expect((await next.weigh(percent)).brake).toBeNull();
});

test('a promotion leaves no brake: it would take the calls off the new stable version', async () => {
  const { rollout } = await aLiveWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
  const next = rollout('good:2', { fence: 2 });
  await next.plan();
  await next.weigh(50);
  expect((await next.promote()).brake).toBeNull();
});
