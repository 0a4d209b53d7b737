/** A rollback while its facts change: an accusation comes, or the record or manifests are deleted. */
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import { CALL_STEP } from '../effort.ts';
import { MINUTE } from './a-workload.ts';
import { firstWeight, planned, SPLITS, shapeOf } from './a-workload-crash.ts';
import { overtakenPort } from './a-workload-port.ts';

test.each(SPLITS)(
  'on %j a rollback order that a later accusation fences off leaves the rest to its repetition',
  async (route) => {
    const ends = new Set<string>();
    for (let nth = 1; ; nth += CALL_STEP) {
      const { workload, rollout } = await planned(route);
      const before = shapeOf(workload);
      await rollout.weigh(firstWeight(route));
      let isHit = false;
      const by = async () => {
        isHit = true;
        await workload.start({ ...rollout.orders.takeBack(), isCanaryBad: true } as ClusterOrder);
      };
      const end = await rollout.takeBack(overtakenPort(workload.cluster.port, { nth, by }).port).then(
        ({ foundPercent }) => String(foundPercent),
        (error: Error) => error.name,
      );
      if (!isHit) break;
      ends.add(end);
      const again = await rollout.takeBack();
      expect(again).toMatchObject({ percent: 0, foundPercent: firstWeight(route) });
      await workload.pass(MINUTE);
      expect({ nth, ...shapeOf(workload) }).toEqual({ nth, ...before });
      expect(workload.record().accused).not.toBeNull();
    }
    expect(ends).toContain('Transient');
    expect(ends).not.toContain('Conflict');
  },
);

test.each(['weigh', 'promote', 'takeBack'] as const)(
  'an order writes a record again that another person deletes during the order: %s',
  async (act) => {
    for (let nth = 1; ; nth += CALL_STEP) {
      const { workload, rollout } = await planned({ kind: 'replicas' });
      await rollout.weigh(25);
      let isHit = false;
      const by = async () => {
        isHit = true;
        workload.cluster.removeByHand(workload.ref('ConfigMap', 'slipway-orders'));
      };
      const { port } = overtakenPort(workload.cluster.port, { nth, by });
      const done = await (act === 'weigh' ? rollout.weigh(50, port) : rollout[act](port)).catch(
        (error: Error) => error,
      );
      if (!isHit) break;
      if (done instanceof Error) {
        // The order has not written its claim yet, so its decision rests on a record that is gone.
        expect(done.message).toMatch(/^The record of orders is not as deployment dep-002 left it/);
        expect(act).not.toBe('takeBack');
        continue;
      }
      // After its last look, no order sees the deletion, and the next order works without the record.
      const there = workload.find('ConfigMap', 'slipway-orders')?.metadata.resourceVersion;
      expect([done.revision, undefined]).toContain(there);
      const next = await rollout.takeBack();
      expect(next).toMatchObject({ percent: 0 });
      expect(workload.calls()).toEqual({ 'good:1': 100 });
    }
  },
);

test.each(SPLITS)(
  'on %j a rollback whose stable version disappears on the way ends on a version that has pods',
  async (route) => {
    for (let nth = 1; ; nth += CALL_STEP) {
      const { workload, rollout } = await planned(route);
      await rollout.weigh(firstWeight(route));
      const { stable, canary } = rollout.versions();
      let isHit = false;
      const by = async () => {
        isHit = true;
        workload.cluster.removeByHand(workload.ref('ConfigMap', `slipway-orders-${stable}`));
        workload.cluster.removeByHand(workload.ref('Deployment'));
        await workload.pass(MINUTE);
      };
      const end = await rollout
        .takeBack(overtakenPort(workload.cluster.port, { nth, by }).port)
        .catch((error) => error);
      if (!isHit) break;
      await workload.pass(MINUTE);
      const again = await rollout.takeBack().catch((error) => error);
      if (!(again instanceof Error)) {
        // The order had read stable's manifests already, and created the Deployment from them again.
        expect({ nth, calls: workload.calls() }).toEqual({ nth, calls: { 'good:1': 100 } });
        continue;
      }
      expect({ nth, name: again.name, message: String(again.message) }).toMatchObject({ name: 'NotFound' });
      const isGone =
        workload.find('Deployment', 'orders-canary') === undefined && workload.find('Deployment') === undefined;
      expect({ nth, end: end.name, stable: workload.record().stable }).toMatchObject({
        stable: isGone ? 'none' : canary,
      });
    }
  },
);
