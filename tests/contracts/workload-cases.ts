/**
 * Cases for failures on clusters, and which version has the calls then. They are the same on the simulated cluster and
 * on a real control plane.
 */
import { isReady } from '../../src/domain/workload/workload-health.ts';
import {
  aDeployment,
  anHttpRoute,
  aWorkloadCase,
  BLUE_GREEN,
  HTTP_ROUTE,
  LIMIT_MS,
  ONE,
  podsBy,
  REPLICAS,
  THREE,
  TWO,
} from './a-workload-case.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function workloadCases(current: () => ClusterStage): void {
  const cases = () => aWorkloadCase(current());

  test(
    'a canary is removed while stable is not ready, and the next deployment repairs stable',
    async () => {
      const { live, rollout, calls, failAll, canary } = await cases().live(HTTP_ROUTE);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      // A pod that became unready in its first seconds looks like a pod that is not ready yet.
      const { clock, settle } = current();
      const from = clock.now();
      await settle(async () => clock.now() > from + 5_000, 'the pods are some seconds old');
      await failAll(ONE);

      const { notes } = await second.takeBack();

      expect(notes.join(' ')).toMatch(/is not ready\. Deployment \S+: 0 of 3 pods are ready/);
      expect(await canary()).toBeNull();
      expect(live).toBeDefined();
      const third = await rollout(THREE);
      await third.plan();
      await third.promote();
      expect(await calls()).toEqual({ [THREE]: 100 });
    },
    LIMIT_MS,
  );

  test.each([HTTP_ROUTE, BLUE_GREEN])(
    'without stable’s manifests the calls still return to stable, on %j',
    async (route) => {
      const { rollout, calls, remove } = await cases().live(route);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(route.kind === 'blueGreen' ? 100 : 25);
      await remove({ kind: 'ConfigMap', name: `slipway-orders-${second.versions().stable}` });

      await second.takeBack();

      expect(await calls()).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'without the workload’s record the next deployment starts from the version in the cluster',
    async () => {
      const { rollout, calls, remove } = await cases().live(REPLICAS);
      await remove({ kind: 'ConfigMap', name: 'slipway-orders' });
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      expect(await calls()).toEqual({ [ONE]: 75, [TWO]: 25 });
      await second.takeBack();
      expect(await calls()).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test.each([
    [REPLICAS, HTTP_ROUTE, 25],
    [REPLICAS, BLUE_GREEN, 100],
    [HTTP_ROUTE, REPLICAS, 25],
    [BLUE_GREEN, REPLICAS, 25],
  ])(
    'a route that is changed from %j to %j gives the canary its share, and is rolled back',
    async (from, to, percent) => {
      const { rollout, calls } = await cases().live(from);
      const second = await rollout(TWO, to);
      await second.plan();
      await second.weigh(percent);
      expect(await calls(to)).toEqual(percent === 100 ? { [TWO]: 100 } : { [ONE]: 75, [TWO]: 25 });
      await second.takeBack();
      expect(await calls(to)).toEqual({ [ONE]: 100 });
    },
    LIMIT_MS,
  );

  test(
    'a team’s own split beside the workload stays as it is',
    async () => {
      const shared = [
        { name: 'orders', port: 80, weight: 20 },
        { name: 'orders-legacy', port: 80, weight: 80 },
      ];
      const { rollout, weights } = await cases().live(HTTP_ROUTE, { backendRefs: shared });
      expect(await weights()).toEqual([20, 0, 80]);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(10);
      expect(await weights()).toEqual([18, 2, 80]);
      await second.takeBack();
      expect(await weights()).toEqual([20, 0, 80]);
    },
    LIMIT_MS,
  );

  test('a selector with a typo is refused before any object changes', async () => {
    const { rollout } = await cases().ready(REPLICAS, { selector: { app: 'order' } });
    await expect((await rollout(ONE)).plan()).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('nobody would answer'),
    });
  });

  test('pods of others behind the Service are named, and refused', async () => {
    const { rollout, apply } = await cases().ready(REPLICAS, { selector: { team: 'shop' } });
    await apply(aDeployment({ name: 'basket', labels: { app: 'basket', team: 'shop' }, image: ONE }));
    await current().settle(
      async () => (await podsBy(current(), { app: 'basket' })).filter(isReady).length === 3,
      'the pods of others are ready',
    );
    await expect((await rollout(ONE)).plan()).rejects.toThrow('by which pods of others get calls too: basket-');
  });

  test(
    "an HTTPRoute of the team’s own folder stays the team's, and its weights are Slipway’s",
    async () => {
      const { rollout, weights, apply } = await cases().ready(HTTP_ROUTE, { hasOwnRoute: true });
      await apply(anHttpRoute([{ name: 'orders', port: 80 }]));
      const first = await rollout(ONE);
      await first.plan();
      await first.promote();
      expect(await weights()).toEqual([100, 0]);
      const second = await rollout(TWO);
      await second.plan();
      await second.weigh(25);
      expect(await weights()).toEqual([75, 25]);
      await second.promote();
      expect(await weights()).toEqual([100, 0]);
    },
    LIMIT_MS,
  );
}
