import { aLiveWorkload, aWorkload, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';
import { struckPort } from './a-workload-port.ts';

/** All objects in the namespace except those that Slipway stores there for itself. */
const deployed = ({ cluster }: Workload) =>
  cluster.objects().filter(({ kind, metadata }) => !(kind === 'ConfigMap' && metadata.name.startsWith('slipway-')));

test('a first version is planned with its manifests kept and the record written, and without a pod', async () => {
  const workload = aWorkload();
  const first = workload.rollout('good:1', { fence: 1 });
  const before = deployed(workload);

  const done = await first.plan();

  expect(done).toMatchObject({ do: 'plan', stable: 'none', percent: 0, foundPercent: null, cleared: null, pods: [] });
  expect(done.version).toMatch(/^v[0-9a-f]{12}$/);
  expect(workload.record()).toMatchObject({ deploymentId: 'dep-001', fence: 1, stable: 'none', canary: null });
  expect(workload.find('ConfigMap', `slipway-orders-${done.version}`)).toMatchObject({ immutable: true });
  expect(deployed(workload)).toEqual(before);
});

test('the next version is planned from the live version, and the plan says which pods exist', async () => {
  const workload = await aLiveWorkload();
  const stable = workload.first.versions().canary;
  const before = deployed(workload);

  const done = await workload.rollout('good:2', { fence: 2 }).plan();

  expect(done).toMatchObject({ stable, notes: [], pods: [{ version: stable, ready: 3, total: 3 }] });
  expect(done.revision).toBe(workload.find('ConfigMap', 'slipway-orders')?.metadata.resourceVersion);
  expect(workload.record()).toMatchObject({ stable, before: stable, canary: null, deploymentId: 'dep-002' });
  expect(deployed(workload)).toEqual(before);
});

test('a repeated plan says the same, and writes nothing', async () => {
  const workload = await aLiveWorkload();
  const second = workload.rollout('good:2', { fence: 2 });
  const done = await second.plan();
  const before = workload.cluster.objects();

  expect(await second.plan()).toEqual(done);
  expect(workload.cluster.objects()).toEqual(before);
});

test('a share that the number of pods cannot express is reported before any step waits for it', async () => {
  const workload = await aLiveWorkload();
  const notes = async (fence: number, weights: readonly number[]) =>
    (await workload.rollout(`good:${fence}`, { fence, weights }).plan()).notes;

  expect(await notes(2, [10, 25, 50, 100])).toEqual([
    '10 % is 1 of 4 pods, 25 % of the calls: 3 stable pods cannot express it closer.',
  ]);
  await workload.cluster.port.scale(workload.ref('Deployment'), 9);
  expect(await notes(3, [10, 25])).toEqual([]);
});

test('the plan of a first version takes the number of pods from the manifests', async () => {
  const workload = aWorkload({ manifests: { folder: 'deploy' }, folders: { deploy: ownFolder({ replicas: 2 }) } });
  const { notes } = await workload.rollout('good:1', { fence: 1, weights: [50, 10] }).plan();

  expect(notes).toEqual(['10 % is 1 of 3 pods, 33 % of the calls: 2 stable pods cannot express it closer.']);
});

test("a folder of the team's own is deployed with the image in it, and no other change", async () => {
  const workload = await aLiveWorkload({ manifests: { folder: 'deploy' }, folders: { deploy: ownFolder() } });

  expect(workload.pods()).toEqual({ 'good:1': 3 });
  expect(workload.find('Service')?.spec).toMatchObject({ selector: { app: 'orders' } });
  expect(workload.find('HorizontalPodAutoscaler')).toBeUndefined();
});

test('a version that was deployed before comes back with its manifests of that time', async () => {
  const quiet = { port: 8080, replicas: 3, environment: { MODE: 'quiet' }, secrets: [] };
  const workload = await aLiveWorkload({ manifests: quiet });
  const { canary: version } = workload.first.versions();
  const loud = workload.rollout('good:2', { fence: 2, manifests: { ...quiet, environment: { MODE: 'loud' } } });
  await loud.plan();
  await loud.promote();
  expect(workload.environment('good:2')).toEqual({ MODE: 'loud' });

  const again = workload.rollout({ version }, { fence: 3 });
  expect(await again.plan()).toMatchObject({ version, stable: loud.versions().canary });
  await again.promote();

  expect(workload.pods()).toEqual({ 'good:1': 3 });
  expect(workload.environment('good:1')).toEqual({ MODE: 'quiet' });
});

test('the plan asks the API server whether it would accept the objects before any of them is written', async () => {
  const workload = await aLiveWorkload({ route: { kind: 'httpRoute', name: 'shop-front' } });
  const calls: string[] = [];
  const { port } = struckPort(workload.cluster.port, ({ method }) => void calls.push(method));

  await workload.rollout('good:2', { fence: 2 }).plan(port);

  expect(calls.indexOf('denied')).toBeLessThan(calls.indexOf('apply'));
  expect(calls.lastIndexOf('apply')).toBeLessThan(calls.indexOf('replace'));
  expect(workload.weights()).toEqual({ orders: 100, 'orders-canary': 0 });
});
