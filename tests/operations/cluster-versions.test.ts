import { aLiveWorkload, type Workload } from './a-workload.ts';

const versions = ({ cluster }: Workload) =>
  cluster
    .objects()
    .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.['slipway/holds'] === 'version')
    .map(({ metadata }) => metadata.labels?.['slipway/version'] ?? '');

test('beyond ten stored versions the oldest are deleted, but never the live, the previous or the new one', async () => {
  const workload = await aLiveWorkload();
  const live = workload.first.versions().canary;
  const tried: string[] = [];
  for (let fence = 2; fence <= 14; fence += 1) {
    const rollout = workload.rollout(`good:${fence}`, { fence });
    tried.push((await rollout.plan()).version ?? '');
    await rollout.takeBack();
  }

  const kept = versions(workload);
  expect(kept).toContain(live);
  // The live version and the ten versions that were planned last are stored.
  expect(kept.filter((version) => version !== live).sort()).toEqual(tried.slice(-10).sort());

  const last = workload.rollout('good:15', { fence: 15 });
  await last.plan();
  await last.promote();
  const next = workload.rollout('good:16', { fence: 16 });
  await next.plan();
  await next.promote();
  await next.takeBack();
  expect(workload.pods()).toEqual({ 'good:15': 3 });
});

test('no version is deleted while few are stored', async () => {
  const workload = await aLiveWorkload();
  await workload.rollout('good:2', { fence: 2 }).plan();

  expect(versions(workload)).toHaveLength(2);
});

describe('objects that a person has changed', () => {
  const spoilt: readonly (readonly [string, string])[] = [
    ['no JSON', 'stable: v1'],
    ['JSON of something else', '{"stable":"v1"}'],
  ];

  test.each(spoilt)('a record that a person has changed to %s stops the order', async (_what, record) => {
    const workload = await aLiveWorkload();
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    const ref = workload.ref('ConfigMap', 'slipway-orders');
    workload.cluster.changeByHand({ manager: 'kubectl-edit', ref, change: { data: { record } } });

    for (const order of [rollout.plan, rollout.promote, rollout.takeBack])
      await expect(order()).rejects.toMatchObject({
        name: 'Broken',
        message: expect.stringMatching(/^ConfigMap shop\/slipway-orders cannot be read: somebody else .* Restore it/),
      });
  });

  test.each([
    ['no manifests', {}],
    ['something else', { objects: '{"kind":"Deployment"}' }],
  ])('a stored version that a person has changed to %s is not deployed', async (_what, data) => {
    const workload = await aLiveWorkload();
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    const name = `slipway-orders-${rollout.versions().canary}`;
    workload.cluster.removeByHand(workload.ref('ConfigMap', name));
    workload.cluster.applyByHand({ manager: 'team', object: { ...workload.ref('ConfigMap', name), data } });

    await expect(rollout.weigh(25)).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringContaining(`ConfigMap shop/${name} cannot be read`),
    });
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test('a stored version that cannot be written stops the plan with the reason', async () => {
    const workload = await aLiveWorkload();
    workload.cluster.deny({ verb: 'create', resource: 'configmaps' });
    const ports = { ...workload.cluster.port, denied: async () => [] };

    await expect(workload.rollout('good:2', { fence: 2 }).plan(ports)).rejects.toMatchObject({
      name: 'Broken',
      message: expect.stringContaining('configmaps'),
    });
  });

  test('a record that cannot be stored stops the order before any pod changes', async () => {
    const workload = await aLiveWorkload();
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    workload.cluster.deny({ verb: 'update', resource: 'configmaps' });

    await expect(rollout.weigh(25)).rejects.toMatchObject({ name: 'Broken' });
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });
});
