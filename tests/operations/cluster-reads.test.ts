import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { Manifests } from '../../src/domain/service/service-spec.ts';
import { anObject } from '../domain/a-workload.ts';
import { aLiveWorkload, aWorkload, type Workload } from './a-workload.ts';
import { ownFolder } from './a-workload-folder.ts';

const whose = ({ target }: Workload) => ({ deploymentId: 'read-001', fence: 0, service: 'orders', target });
const status = (workload: Workload) => workload.run({ ...whose(workload), do: 'status' });
const rendered: Manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
const diff = (workload: Workload, order: Partial<Extract<ClusterOrder, { do: 'diff' }>> = {}) =>
  workload.run({ ...whose(workload), do: 'diff', wanted: { image: 'good:2' }, manifests: rendered, ...order });

describe('the status', () => {
  test('the status of a workload that was never deployed is that it has no version', async () => {
    expect(await status(aWorkload())).toEqual({
      do: 'status',
      ok: true,
      revision: null,
      stable: 'none',
      version: null,
      percent: 0,
      foundPercent: null,
      cleared: null,
      pods: [],
      notes: [],
    });
  });

  test('the status tells the versions, their share and their pods, and changes nothing', async () => {
    const workload = await aLiveWorkload();
    const rollout = workload.rollout('good:2', { fence: 2 });
    await rollout.plan();
    const { revision } = await rollout.weigh(25);
    const before = workload.cluster.objects();

    const { stable, canary } = rollout.versions();
    expect(await status(workload)).toMatchObject({ revision, stable, version: canary, percent: 25 });
    expect(workload.cluster.objects()).toEqual(before);
  });
});

describe('the difference that a version would make', () => {
  test('the difference that a version would make is shown for every object, and nothing changes', async () => {
    const workload = await aLiveWorkload();
    const before = workload.cluster.objects();

    const { version, notes, stable } = await diff(workload, {
      manifests: { ...rendered, environment: { MODE: 'loud' } },
    });

    expect(stable).toBe(workload.first.versions().canary);
    expect(version).toMatch(/^v[0-9a-f]{12}$/);
    expect(notes).toHaveLength(1);
    for (const line of [/^-\s+image: good:1$/m, /^\+\s+image: good:2$/m, /^\+ {2}MODE: loud$/m])
      expect(notes[0]).toMatch(line);
    expect(workload.cluster.objects()).toEqual(before);
  });

  test('the difference is empty when the same manifests are live', async () => {
    const workload = await aLiveWorkload();
    const { canary: version } = workload.first.versions();

    for (const wanted of [{ image: 'good:1' }, { version }])
      expect(await diff(workload, { wanted })).toMatchObject({ do: 'diff', version, notes: [] });
  });

  test('a difference that is too long for a message is cut', async () => {
    const big = Array.from({ length: 2_000 }, (_, line) => `line ${line}`).join('\n');
    const more = [{ ...anObject('ConfigMap', { name: 'big' }), data: { big } }];
    const workload = aWorkload({ folders: { deploy: ownFolder({ more }) } });

    const { notes } = await diff(workload, { manifests: { folder: 'deploy' } });

    expect(notes[0]).toMatch(/\n\.\.\. \(cut\)$/);
    expect(notes[0]?.length).toBeLessThan(20_020);
  });

  test('the difference is refused for manifests that a plan would refuse', async () => {
    const more = [anObject('Secret', { name: 'keys' })];
    const workload = aWorkload({ folders: { deploy: ownFolder({ more }) } });

    await expect(diff(workload, { manifests: { folder: 'deploy' } })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(diff(workload, { wanted: { version: 'v0123456789ab' } })).rejects.toMatchObject({ name: 'NotFound' });
  });
});
