import type { Route } from '../../src/domain/service/service-spec.ts';
import { afterLook, lastJudgement } from '../../src/domain/workload/canary-pods.ts';
import { listOf, specOf } from '../../src/domain/workload/workload-objects.ts';
import { lookAtCanary, seenNamespace } from '../../src/operations/steps/look-at-canary.ts';
import { aLiveWorkload, SECOND } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';

const [REPLICAS, HTTP_ROUTE]: readonly Route[] = [{ kind: 'replicas' }, { kind: 'httpRoute', name: 'shop-front' }];

/** A rollout at 25 %, with the look that `observeRollouts` takes at it. */
async function baking(route: Route | undefined, replicas = 3) {
  const scene = { manifests: { folder: 'own' }, folders: { own: ownFolder({ replicas }) } };
  const workload = await aLiveWorkload(route === undefined ? scene : { ...scene, route });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(25);
  const { cluster, target, scheduler } = workload;
  const namespace = seenNamespace(cluster.port, target.namespace);
  const said = async () => {
    const { stable, canary } = rollout.versions();
    const order = { stable, canary, canaryPercent: 25, target, namespace, now: scheduler.now() };
    const look = await lookAtCanary(cluster.port, order);
    return lastJudgement(afterLook(undefined, { look, target, atPercent: 25, since: scheduler.now() }));
  };
  const scaled = async (replicas: number) => {
    cluster.scaleByHand({ ref: workload.ref('Deployment'), replicas, manager: 'horizontal-pod-autoscaler' });
    await workload.pass(30 * SECOND);
  };
  return { ...workload, rollout, said, scaled };
}

test('when an autoscaler adds stable pods, the look reports the real share, and the next step gets its weight', async () => {
  const workload = await baking(REPLICAS);
  await workload.scaled(9);
  expect(workload.calls()).toEqual({ 'good:1': 90, 'good:2': 10 });
  expect(await workload.said()).toMatchObject({
    kind: 'healthy',
    because: expect.stringMatching(
      /10 % of the calls get to the canary, and 25 % are recorded: stable has 9 pods by now/,
    ),
  });

  await workload.rollout.weigh(50);
  expect(workload.calls()).toEqual({ 'good:1': 50, 'good:2': 50 });
  await workload.rollout.takeBack();
  expect(workload.pods()).toEqual({ 'good:1': 9 });
});

test('when an autoscaler removes stable pods, the canary gets more calls than recorded and the verdict stays open', async () => {
  const workload = await baking(REPLICAS, 9);
  await workload.scaled(3);
  expect(workload.calls()).toEqual({ 'good:1': 50, 'good:2': 50 });
  expect(await workload.said()).toMatchObject({
    kind: 'inconclusive',
    because: '50 % of the calls get to the canary, and 25 % are recorded',
  });
});

test("a team's own rule that leads its testers to the canary does not change the measured share", async () => {
  const workload = await baking(HTTP_ROUTE);
  const rules = listOf(specOf(workload.find('HTTPRoute', 'shop-front') ?? {}).rules);
  const testers = {
    matches: [{ headers: [{ name: 'x-canary', value: 'yes' }] }],
    backendRefs: [{ name: 'orders-canary', port: 80 }],
  };
  workload.cluster.changeByHand({
    manager: 'team',
    ref: workload.ref('HTTPRoute', 'shop-front'),
    change: { spec: { rules: [testers, ...rules] } },
  });
  expect(await workload.said()).toMatchObject({
    kind: 'healthy',
    rule: expect.stringContaining('canary 25 %, stable 75 %'),
  });
});
