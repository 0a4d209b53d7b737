/**
 * Cases for the calls while versions are exchanged: every call is answered, and no pod ends while calls may still reach
 * it.
 */
import type { ClusterDone } from '../../src/domain/orders/cluster-order.ts';
import type { Route } from '../../src/domain/service/service-spec.ts';
import { routeRef } from '../../src/domain/workload/workload-route.ts';
import {
  ALB_INGRESS,
  aWorkloadCase,
  BLUE_GREEN,
  HTTP_ROUTE,
  LIMIT_MS,
  ONE,
  REPLICAS,
  TWO,
  type WorkloadCase,
} from './a-workload-case.ts';
import type { ClusterStage } from './cluster-stage.ts';

const RECREATE = { strategy: { type: 'Recreate' } };
const ALONE = { replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } };
const SECOND = 1_000;

export function workloadCallsCases(current: () => ClusterStage): void {
  const cases = () => aWorkloadCase(current());

  /** Stops a rollout in the middle of its promotion, and then lifts the quota again. */
  const stopped = async ({ route, percent }: { readonly route: Route; readonly percent: number }) => {
    const { rollout, watchCalls } = await cases().live(route, { spec: RECREATE });
    const second = await rollout(TWO);
    await second.plan();
    await second.weigh(percent);
    await current().quota(3);
    const seen = await watchCalls();
    await expect(second.promote()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('exceeded quota'),
    });
    await current().quota(6);
    return { second, seen };
  };

  test.each([BLUE_GREEN, HTTP_ROUTE, ALB_INGRESS])(
    'on $kind a promotion that a quota stops rolls back to stable at once, when all pods are replaced at once',
    async (route) => {
      const { second, seen } = await stopped({ route, percent: 100 });
      await second.takeBack();
      expect(await seen()).toEqual([{ [TWO]: 100 }, { [ONE]: 100 }]);
    },
    LIMIT_MS,
  );

  test(
    'a promotion that a quota stops leaves no call unanswered when pods are the weights, nor does its rollback',
    async () => {
      const { second, seen } = await stopped({ route: REPLICAS, percent: 50 });
      await second.takeBack();
      const all = await seen();
      expect(all.flatMap((calls) => Object.keys(calls))).not.toContain('nobody');
      expect(all.at(-1)).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test.each([
    { route: BLUE_GREEN, how: 'three pods that are replaced at once', spec: RECREATE },
    { route: HTTP_ROUTE, how: 'three pods that are replaced at once', spec: RECREATE },
    { route: HTTP_ROUTE, how: 'one pod that may be unavailable', spec: ALONE },
    { route: REPLICAS, how: 'three pods that are replaced at once', spec: RECREATE },
    { route: REPLICAS, how: 'one pod that may be unavailable', spec: ALONE },
    { route: ALB_INGRESS, how: 'three pods that are replaced at once', spec: RECREATE },
  ])(
    'a promotion leaves no call unanswered with $how, on $route.kind',
    async ({ route, spec }) => {
      const { rollout, watchCalls, canary } = await cases().live(route, { spec });
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(50);
      const seen = await watchCalls();

      await second.promote();

      const all = await seen();
      expect(all.flatMap((calls) => Object.keys(calls))).not.toContain('nobody');
      expect(all.at(-1)).toEqual({ [TWO]: 100 });
      expect(await canary()).toBeNull();
    },
    LIMIT_MS,
  );

  test.each(['takeBack', 'promote'] as const)(
    'a canary’s pods end when every gateway reports that it has applied the weights, on %s',
    async (act) => {
      const workload = await cases().live(HTTP_ROUTE);
      const { rollout, weights, canary } = workload;
      const gateways = gatewaysOf(current(), workload);
      await gateways.takeUp('inside', 'outside');
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      await gateways.takeUp('inside', 'outside');

      const going = started(current().start(second.orders[act]()));
      await current().settle(async () => (await weights())[1] === 0, 'the weights are written');
      await pass(current(), 3 * SECOND);
      expect(await endingOf(workload)).toEqual([false]);

      await gateways.takeUp('inside');
      await pass(current(), 3 * SECOND);
      expect(await endingOf(workload)).toEqual([false]);
      expect(going.isOver()).toBe(false);

      await gateways.takeUp('inside', 'outside');
      await current().settle(async () => going.isOver(), 'the order is carried out');
      await going.done;
      expect(await canary()).toBeNull();
    },
    LIMIT_MS,
  );

  test(
    'a canary’s pods behind a load balancer end half a minute after the weights were written',
    async () => {
      const workload = await cases().live(ALB_INGRESS);
      const { rollout, calls, canary } = workload;
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);

      const going = started(current().start(second.orders.takeBack()));
      await current().settle(async () => (await calls())[ONE] === 100, 'the weights are written');
      await pass(current(), 25 * SECOND);
      expect(await endingOf(workload)).toEqual([false]);

      await current().settle(async () => going.isOver(), 'the order is carried out');
      await going.done;
      expect(await canary()).toBeNull();
    },
    LIMIT_MS,
  );
}

/** Says for each pod of the canary whether it was told to end. */
async function endingOf({ podsOf }: WorkloadCase): Promise<readonly boolean[]> {
  return (await podsOf('orders-canary')).map(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

function started(done: Promise<ClusterDone>) {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  done.then(over, over);
  return { done, isOver: () => isOver };
}

async function pass({ clock, settle }: ClusterStage, ms: number): Promise<void> {
  const until = clock.now() + ms;
  await settle(async () => clock.now() >= until, 'time has passed');
}

/**
 * Plays the part of a gateway for an HTTPRoute: the status says which generation the gateway has applied. The control
 * planes of the tests have no gateway, so the test decides when.
 */
function gatewaysOf(stage: ClusterStage, { targetOn, find }: WorkloadCase) {
  const taken = new Map<string, number>();
  return {
    /** These gateways apply the route as it is now. The other gateways keep the generation that they had. */
    async takeUp(...names: readonly string[]): Promise<void> {
      const generation = (await find('HTTPRoute', 'front'))?.metadata.generation ?? 0;
      for (const name of names) taken.set(name, generation);
      const parents = [...taken].map(([name, observedGeneration]) => ({
        parentRef: { name },
        controllerName: `example.com/${name}`,
        conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
          ...{ type, status: 'True', reason: type, message: '', observedGeneration },
          lastTransitionTime: new Date(stage.clock.now()).toISOString().replace(/\.\d+/, ''),
        })),
      }));
      const ref = routeRef(targetOn());
      if (ref !== null) await stage.writeStatus(ref, { parents });
      expect((await find('HTTPRoute', 'front'))?.metadata.generation).toBe(generation);
    },
  };
}
