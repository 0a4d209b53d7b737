/** The contract of objects that the API server holds back or refuses, whatever their kind. */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { type Samples, samplesOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function heldContract(current: () => ClusterStage): void {
  const samples = (): Samples => samplesOf(current());
  const apply = async (...objects: readonly ClusterObject[]) => {
    const applied = await current().cluster.apply({ objects });
    return applied[0] as ClusterObject;
  };
  const read = (object: ClusterObject) => current().cluster.get(object);

  test('an object with a finalizer is marked for deletion, and ends when the finalizer is removed', async () => {
    const { cluster } = current();
    const { metadata, ...config } = samples().config({ a: '1' });
    const held = await apply({
      ...config,
      metadata: { ...metadata, finalizers: ['team.example/keep'] },
    } as ClusterObject);
    await cluster.remove([held]);
    const ending = await read(held);
    expect(ending?.metadata.deletionTimestamp).toMatch(/^\d{4}-/);

    await cluster.replace({ ...held, metadata: { ...ending?.metadata, finalizers: [] } } as ClusterObject);
    expect(await read(held)).toBeNull();
  });

  test('an apply with the revision that it read is refused when the object has changed since', async () => {
    const { cluster } = current();
    const read = await apply(samples().config({ a: '1' }));
    const named = (value: string, { metadata }: ClusterObject) => {
      const { metadata: own, ...object } = samples().config({ a: value });
      const { resourceVersion } = metadata;
      return { ...object, metadata: { ...own, ...(resourceVersion && { resourceVersion }) } } as ClusterObject;
    };
    const changed = await apply(named('2', read));
    await expect(cluster.apply({ objects: [named('3', read)], force: true })).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('the object has been modified'),
    });
    expect((await apply(named('3', changed))).data).toEqual({ a: '3' });
  });

  test('a dry run in a namespace refuses a kind of the whole cluster', async () => {
    const { cluster, namespace } = current();
    const object = {
      ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 5 },
      metadata: { name: 'slipway-test-high', namespace },
    };
    await expect(cluster.apply({ objects: [object], dryRun: true })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/belongs to (no namespace|the whole cluster)/),
    });
  });

  test('a ConfigMap holds at most a MiB of data, counted in bytes', async () => {
    const most = 1_048_576;
    const text = '日'.repeat(Math.floor(most / 3));
    expect((await apply(samples().config({ a: `${text}b` }))).kind).toBe('ConfigMap');
    await expect(apply(samples().config({ a: `${text}bc` }))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('Too long: may not be more than 1048576 bytes'),
    });
  });
}
