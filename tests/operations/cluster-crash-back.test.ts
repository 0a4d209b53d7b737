import { aWorkload, MINUTE } from './a-workload.ts';
import { died, diesAtEachCall, firstWeight, planned, SPLITS, shapeOf } from './a-workload-crash.ts';
import type { Rollout } from './a-workload-rollout.ts';

test.each(SPLITS)('a rollback on %j that dies at any write comes to the same end when repeated', async (route) => {
  await diesAtEachCall(async (dying) => {
    const { workload, rollout } = await planned(route);
    const before = shapeOf(workload);
    await rollout.weigh(firstWeight(route));
    if (route.kind !== 'blueGreen') await rollout.promote();
    await died(rollout.takeBack(dying(workload.cluster.port)));

    expect(await rollout.takeBack()).toMatchObject({ foundPercent: 100 });

    await workload.pass(MINUTE);
    expect(shapeOf(workload)).toEqual(before);
  });
});

test.each(SPLITS)(
  'a first version on %j that dies at any write leaves no running pods after its rollback',
  async (route) => {
    await diesAtEachCall(async (dying) => {
      const workload = aWorkload({ route });
      const first = workload.rollout('good:1', { fence: 1 });
      await first.plan();
      await died(first.promote(dying(workload.cluster.port)));

      await first.takeBack();

      await workload.pass(MINUTE);
      expect(workload.pods()).toEqual({});
      expect(workload.find('Deployment')).toBeUndefined();
    });
  },
);

describe.each([
  ['is planned again', (superseding: Rollout) => superseding.plan()],
  ['goes back itself', (superseding: Rollout) => superseding.takeBack()],
])('a deployment that supersedes another, dies at any write and %s', (_what, again) => {
  test.each(SPLITS.filter(({ kind }) => kind !== 'blueGreen'))(
    'on %j, the superseded canary is removed, and the result says so',
    async (route) => {
      await diesAtEachCall(async (dying) => {
        const { workload, rollout } = await planned(route);
        const before = shapeOf(workload);
        await rollout.weigh(firstWeight(route));
        const superseding = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
        await died(superseding.plan(dying(workload.cluster.port)));

        const { cleared } = await again(superseding);

        await workload.pass(MINUTE);
        expect(cleared).toMatchObject({ deploymentId: rollout.id, percent: firstWeight(route) });
        expect(shapeOf(workload)).toEqual(before);
      });
    },
  );
});
