/** The contract of reading, applying, replacing and removing objects, whatever their kind. */
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { type Samples, samplesOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function objectsContract(current: () => ClusterStage): void {
  const samples = (): Samples => samplesOf(current());
  const apply = async (...objects: readonly ClusterObject[]) => {
    const applied = await current().cluster.apply({ objects });
    return applied[0] as ClusterObject;
  };
  const read = (object: ClusterObject) => current().cluster.get(object);
  const elsewhere = (object: ClusterObject): ClusterObject => ({
    ...object,
    metadata: { ...object.metadata, namespace: 'no-such-namespace' },
  });

  test('an object that does not exist is null, also in a namespace that does not exist', async () => {
    expect(await read(samples().config({}))).toBeNull();
    expect(await read(elsewhere(samples().config({})))).toBeNull();
  });

  test('a kind that the cluster does not have is not found', async () => {
    const { cluster, namespace } = current();
    const ref = { apiVersion: 'example.com/v1', kind: 'Wish', metadata: { name: 'a', namespace } };
    const missing = { name: 'NotFound', message: expect.stringContaining('Wish') };
    await expect(cluster.get(ref)).rejects.toMatchObject(missing);
    await expect(cluster.apply({ objects: [ref] })).rejects.toMatchObject(missing);
    await expect(cluster.list({ apiVersion: 'example.com/v1', kind: 'Wish', namespace })).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('an apply creates an object, and returns it', async () => {
    const applied = await apply(samples().config({ a: '1' }, { labels: { team: 'shop' } }));
    expect(applied).toMatchObject({ kind: 'ConfigMap', data: { a: '1' }, metadata: { labels: { team: 'shop' } } });
    expect(applied.metadata.resourceVersion).toMatch(/./);
    expect(await read(applied)).toEqual(applied);
  });

  test('an apply updates an object, and removes the fields that it no longer has', async () => {
    await apply(samples().config({ a: '1', b: '1' }, { labels: { team: 'shop' } }));
    await apply(samples().config({ b: '2', c: '1' }));
    const found = await read(samples().config({}));
    expect(found?.data).toEqual({ b: '2', c: '1' });
    expect(found?.metadata.labels ?? {}).toEqual({});
  });

  test('repeating an apply changes nothing', async () => {
    const first = await apply(samples().config({ a: '1' }));
    const again = await apply(samples().config({ a: '1' }));
    expect(again.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('a change gives a new resourceVersion, and a change of the spec a new generation', async () => {
    const first = await apply(samples().config({ a: '1' }));
    const second = await apply(samples().config({ a: '2' }));
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    const { metadata } = await apply(samples().deployment({ replicas: 1 }));
    const again = await apply(samples().deployment({ replicas: 1 }));
    const changed = await apply(samples().deployment({ replicas: 0 }));
    expect(again.metadata.generation).toBe(metadata.generation);
    expect(changed.metadata.generation).toBe((metadata.generation ?? 0) + 1);
  });

  test('a list has the objects with all of the labels, by name', async () => {
    const { config } = samples();
    await apply(
      config({}, { name: 'b', labels: { team: 'shop', tier: 'web' } }),
      config({}, { name: 'c', labels: { team: 'shop' } }),
      config({}, { name: 'a', labels: { team: 'shop', tier: 'web' } }),
    );
    const { cluster, namespace } = current();
    const listed = async (labels: Record<string, string>) => {
      const found = await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labels });
      return found.map(({ metadata }) => metadata.name);
    };
    expect(await listed({ team: 'shop', tier: 'web' })).toEqual(['a', 'b']);
    expect(await listed({ team: 'shop' })).toEqual(['a', 'b', 'c']);
    expect(await listed({ team: 'other' })).toEqual([]);
  });

  test('a list has whole objects, and is empty for a namespace that does not exist', async () => {
    const { cluster, namespace } = current();
    const applied = await apply(samples().config({ a: '1' }, { labels: { team: 'shop' } }));
    const query = { apiVersion: 'v1', kind: 'ConfigMap', labels: { team: 'shop' } };
    expect(await cluster.list({ ...query, namespace })).toEqual([applied]);
    expect(await cluster.list({ ...query, namespace: 'no-such-namespace' })).toEqual([]);
  });

  const refused: readonly (readonly [why: string, object: (samples: Samples) => ClusterObject, says: RegExp])[] = [
    ['without an image', ({ deployment }) => deployment({ container: { image: undefined } }), /image: Required value/],
    ['with an unknown field', ({ deployment }) => deployment({ spec: { replicaz: 3 } }), /replicaz/],
    ['with a word for a number', ({ deployment }) => deployment({ spec: { replicas: 'three' } }), /replicas/],
    [
      'with a negative size',
      ({ deployment }) => deployment({ replicas: -1 }),
      /spec\.replicas.*greater than or equal to 0/,
    ],
    ['whose selector misses its pods', ({ deployment }) => deployment({ labels: { app: 'other' } }), /selector.*match/],
    ['whose name is no DNS label', ({ deployment }) => deployment({ name: 'Orders_1' }), /RFC 1123/],
    [
      'that asks for more than its limit',
      ({ deployment }) =>
        deployment({ container: { resources: { requests: { cpu: '900m' }, limits: { cpu: '500m' } } } }),
      /must be less than or equal to cpu limit/,
    ],
    [
      'with two variables of one name',
      ({ deployment }) =>
        deployment({
          container: {
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          },
        }),
      /duplicate entries for key \[name="A"\]/,
    ],
  ];
  test.each(refused)('a Deployment %s is refused, and in a dry run too', async (_why, object, says) => {
    const bad = object(samples());
    for (const dryRun of [true, false]) {
      const refusal = { name: 'InvalidRequest', message: expect.stringMatching(says) };
      await expect(current().cluster.apply({ objects: [bad], dryRun })).rejects.toMatchObject(refusal);
    }
    expect(
      await current().cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: current().namespace }),
    ).toEqual([]);
  });

  test('a label that is too long, and a Service without ports, are refused', async () => {
    const { config, service } = samples();
    const long = config({}, { labels: { team: 'x'.repeat(64) } });
    await expect(apply(long)).rejects.toMatchObject({ name: 'InvalidRequest', message: expect.stringMatching(/63/) });
    const portless = { ...service('orders', { app: 'orders' }), spec: { selector: { app: 'orders' } } };
    await expect(apply(portless)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('spec.ports: Required value'),
    });
  });

  test('an apply to a namespace that does not exist is not found, and names it', async () => {
    const refusal = { name: 'NotFound', message: expect.stringContaining('namespaces "no-such-namespace" not found') };
    for (const dryRun of [true, false]) {
      const order = { objects: [elsewhere(samples().config({}))], dryRun };
      await expect(current().cluster.apply(order)).rejects.toMatchObject(refusal);
    }
  });

  test('the selector of a Deployment cannot be changed', async () => {
    await apply(samples().deployment({ replicas: 0 }));
    const other = samples().deployment({
      replicas: 0,
      labels: { app: 'orders', track: 'stable' },
      spec: { selector: { matchLabels: { app: 'orders', track: 'stable' } } },
    });
    await expect(apply(other)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/orders.*spec\.selector.*field is immutable/s),
    });
  });

  test('an immutable ConfigMap keeps its data', async () => {
    const { config } = samples();
    await apply(config({ a: '1' }, { immutable: true }));
    await expect(apply(config({ a: '2' }, { immutable: true }))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringMatching(/settings.*immutable/s),
    });
    expect(await read(config({}))).toMatchObject({ data: { a: '1' } });
  });

  test('an apply of several objects applies those before the refused one', async () => {
    const { config, deployment } = samples();
    await expect(apply(config({ a: '1' }), deployment({ replicas: -1 }))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('orders'),
    });
    expect(await read(config({}))).toMatchObject({ data: { a: '1' } });
  });

  test('a dry run returns the result, and changes nothing', async () => {
    const { cluster } = current();
    const { config, deployment } = samples();
    const before = await apply(config({ a: '1' }));
    const shown = await cluster.apply({ objects: [config({ a: '2' }), deployment()], dryRun: true });
    expect(shown).toMatchObject([{ data: { a: '2' } }, { kind: 'Deployment', spec: { progressDeadlineSeconds: 600 } }]);
    expect(await read(config({}))).toEqual(before);
    expect(await read(deployment())).toBeNull();
  });

  test('without a resourceVersion, a replace creates or is a conflict', async () => {
    const { cluster } = current();
    const created = await cluster.replace(samples().config({ a: '1' }));
    expect(await read(created)).toEqual(created);
    await expect(cluster.replace(samples().config({ a: '2' }))).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringMatching(/settings.*already exists/s),
    });
    expect(await read(created)).toMatchObject({ data: { a: '1' } });
  });

  test('with the present resourceVersion, a replace replaces the whole object', async () => {
    const { cluster } = current();
    const { metadata, ...created } = await cluster.replace(
      samples().config({ a: '1', b: '1' }, { labels: { x: 'y' } }),
    );
    const { labels: _, ...bare } = metadata;
    const replaced = await cluster.replace({ ...created, metadata: bare, data: { b: '2' } });
    expect(replaced).toMatchObject({ data: { b: '2' } });
    const found = await read(replaced);
    expect(found?.data).toEqual({ b: '2' });
    expect(found?.metadata.labels ?? {}).toEqual({});
  });

  test('with a stale resourceVersion, a replace is a conflict and changes nothing', async () => {
    const { cluster } = current();
    const stale = await cluster.replace(samples().config({ a: '1' }));
    await apply(samples().config({ b: '1' }));
    await expect(cluster.replace({ ...stale, data: { a: '3' } })).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringMatching(/settings.*the object has been modified/s),
    });
    expect(await read(stale)).toMatchObject({ data: { a: '1', b: '1' } });
  });

  test('an object that was deleted meanwhile cannot be replaced', async () => {
    const { cluster } = current();
    const created = await cluster.replace(samples().config({ a: '1' }));
    await cluster.remove([created]);
    await expect(cluster.replace({ ...created, data: { a: '2' } })).rejects.toMatchObject({ name: 'NotFound' });
    expect(await read(created)).toBeNull();
  });

  test('a removal may be repeated, and succeeds without an object', async () => {
    const { cluster } = current();
    const { config, service } = samples();
    await apply(config({ a: '1' }), service('orders', { app: 'orders' }));
    for (let times = 0; times < 2; times += 1) {
      await cluster.remove([config({}), service('orders', {}), config({}, { name: 'never-there' })]);
    }
    expect(await read(config({}))).toBeNull();
    expect(await read(service('orders', {}))).toBeNull();
  });

  test('a diff shows what an apply would change, and is empty when it would change nothing', async () => {
    const { cluster } = current();
    const { config } = samples();
    const before = await apply(config({ a: 'before' }));
    expect(await cluster.diff([config({ a: 'before' })])).toBe('');
    const diff = await cluster.diff([config({ a: 'after' }), config({ a: 'new' }, { name: 'other' })]);
    expect(diff).toMatch(/^-\s+a: before$/m);
    expect(diff).toMatch(/^\+\s+a: after$/m);
    expect(diff).toMatch(/^\+\s+a: new$/m);
    expect(await read(before)).toEqual(before);
    await expect(cluster.diff([samples().deployment({ replicas: -1 })])).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });

  test('a folder stands for its objects, and a folder that does not exist is not found', async () => {
    const stage = current();
    const { config, service } = samples();
    const folder = await stage.folder([config({ a: '1' }), service('orders', { app: 'orders' })]);
    const built = await stage.cluster.build(folder);
    expect(built.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Service']);
    expect(built.find(({ kind }) => kind === 'ConfigMap')).toEqual(config({ a: '1' }));
    await expect(stage.cluster.build(`${folder}-not-there`)).rejects.toMatchObject({ name: 'NotFound' });
  });
}
