/** A promotion replaces all pods of stable at once when the canary's pods can take all the calls in the meantime. */
import type { Route } from '../../src/domain/service/service-spec.ts';
import { aLiveWorkload, SECOND } from './a-workload.ts';
import { died, diesAtEachCall } from './a-workload-crash.ts';
import { ownFolder } from './a-workload-folder.ts';

const REPLICAS = 10;
/** Every pod is ready two seconds after its creation, within a third of that. */
const ONE_START_MS = 4 * SECOND;
const manifests = { port: 8080, replicas: REPLICAS, environment: {}, secrets: [] };

async function weighed(route: Route, percent: number, scene: Parameters<typeof aLiveWorkload>[0] = {}) {
  const workload = await aLiveWorkload({ route, manifests, ...scene });
  const rollout = workload.rollout('good:2', { fence: 2 });
  await rollout.plan();
  await rollout.weigh(percent);
  return { workload, rollout };
}

/** How long the promotion takes, and the smallest number of pods that answer during it. */
async function promoted({ workload, rollout }: Awaited<ReturnType<typeof weighed>>) {
  let fewest = Number.POSITIVE_INFINITY;
  workload.cluster.onChange(() => {
    const answering = Object.values(workload.readyPods()).reduce((sum, count) => sum + count, 0);
    fewest = Math.min(fewest, answering);
  });
  const seen = workload.watchCalls();
  const startedAt = workload.scheduler.now();
  await rollout.promote();
  return { tookMs: workload.scheduler.now() - startedAt, fewest, callers: seen.flatMap((calls) => Object.keys(calls)) };
}

const limits = (workload: Awaited<ReturnType<typeof weighed>>['workload']) =>
  (workload.find('Deployment')?.spec as { readonly strategy?: object } | undefined)?.strategy;

test.each<[Route, number]>([
  [{ kind: 'replicas' }, 50],
  [{ kind: 'blueGreen' }, 20],
])(
  'on %j a promotion takes no longer than one pod needs, and as many pods answer as before',
  async (route, percent) => {
    const begun = await weighed(route, percent);
    const before = limits(begun.workload);

    const { tookMs, fewest, callers } = await promoted(begun);

    expect(tookMs).toBeLessThan(ONE_START_MS);
    expect(fewest).toBeGreaterThanOrEqual(REPLICAS);
    expect(callers).not.toContain('nobody');
    expect(limits(begun.workload)).toEqual(before);
    expect(begun.workload.pods()).toEqual({ 'good:2': REPLICAS });
  },
);

test.each<[string, number, Parameters<typeof aLiveWorkload>[0]]>([
  ['a canary with fewer pods', 20, {}],
  [
    'pods that end at once when they are told to',
    50,
    { manifests: { folder: 'own' }, folders: { own: ownFolder({ replicas: REPLICAS }) } },
  ],
])('beside %s a promotion keeps to the limits of the Deployment', async (_, percent, scene) => {
  const { tookMs } = await promoted(await weighed({ kind: 'replicas' }, percent, scene));
  expect(tookMs).toBeGreaterThan(ONE_START_MS);
});

test('a promotion whose task dies at any write leaves the Deployment its own limits when repeated', async () => {
  const dies = await diesAtEachCall(async (dying) => {
    const { workload, rollout } = await weighed({ kind: 'replicas' }, 50, { manifests: { ...manifests, replicas: 3 } });
    const before = limits(workload);
    await died(rollout.promote(dying(workload.cluster.port)));
    await rollout.promote();
    expect(limits(workload)).toEqual(before);
    expect(workload.calls()).toEqual({ 'good:2': 100 });
  });
  expect(dies).toBeGreaterThan(10);
});

test.each<[Route, number]>([
  [{ kind: 'replicas' }, 50],
  [{ kind: 'blueGreen' }, 100],
])('on %j an alarm in the middle of a promotion moves no call until the old pods are ready', async (route, percent) => {
  const workload = await aLiveWorkload({ route, manifests: { ...manifests, replicas: 3 } });
  const rollout = workload.rollout('good:2', { fence: 2, isCanaryBad: true });
  await rollout.plan();
  await rollout.weigh(percent);
  const seen = workload.watchCalls();
  workload.start(rollout.orders.promote()).catch(() => {});
  await workload.pass(SECOND);
  expect(workload.readyPods()).toEqual({ 'good:2': 3 });

  await rollout.takeBack();

  expect(seen.flatMap((calls) => Object.keys(calls))).not.toContain('nobody');
  expect(workload.calls()).toEqual({ 'good:1': 100 });
  expect(workload.pods()).toEqual({ 'good:1': 3 });
});
