import type { Route } from '../../src/domain/service/service-spec.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { MINUTE } from './a-workload.ts';
import { died, diesAtEachCall, firstWeight, planned, SPLITS, shapeOf } from './a-workload-crash.ts';
import type { Rollout } from './a-workload-rollout.ts';

type Act = (rollout: Rollout, port: Cluster) => Promise<unknown>;
const forward: readonly { readonly what: string; readonly act: (route: Route) => Act }[] = [
  { what: 'a shift', act: (route) => (rollout, port) => rollout.weigh(firstWeight(route), port) },
  { what: 'a promotion', act: () => (rollout, port) => rollout.promote(port) },
];
const everywhere = forward.flatMap(({ what, act }) => SPLITS.map((route) => ({ what, act: act(route), route })));

test.each(everywhere)(
  'a rollback leaves the workload whole after $what on $route.kind died at any write',
  async ({ act, route }) => {
    const calls = await diesAtEachCall(async (dying) => {
      const { workload, rollout } = await planned(route);
      const before = shapeOf(workload);
      await died(act(rollout, dying(workload.cluster.port)));

      await rollout.takeBack();

      await workload.pass(MINUTE);
      expect(shapeOf(workload)).toEqual(before);
    });
    expect(calls).toBeGreaterThan(10);
  },
);

test.each(SPLITS.filter(({ kind }) => kind !== 'replicas'))(
  'a rollback leaves the workload whole after a promotion on %j died with all calls on the canary',
  async (route) => {
    await diesAtEachCall(async (dying) => {
      const { workload, rollout } = await planned(route);
      const before = shapeOf(workload);
      await rollout.weigh(100);
      await died(rollout.promote(dying(workload.cluster.port)));

      await rollout.takeBack();

      await workload.pass(MINUTE);
      expect(shapeOf(workload)).toEqual(before);
    });
  },
);
