/** The contract of field owners when several managers change one object. */
import { httpRoute } from '../operations/a-workload-route.ts';
import { conditionOf, isRolledOut, readDeployment, type Samples, samplesOf } from './cluster-samples.ts';
import type { ClusterStage } from './cluster-stage.ts';

export function ownershipContract(current: () => ClusterStage): void {
  const samples = (): Samples => samplesOf(current());
  const apply = (order: Parameters<Samples['deployment']>[0] & { readonly force?: boolean } = {}) => {
    const { force = false, ...deployment } = order;
    return current().cluster.apply({ objects: [samples().deployment(deployment)], force });
  };
  const ref = () => samples().deployment();
  const imageByHand = (image: string) => ({
    spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
  });

  test('a field that another manager has changed is a conflict that names the manager and the field', async () => {
    const { images, changeByHand } = current();
    await apply();
    await changeByHand(ref(), imageByHand(images.unready));
    const refusal = {
      name: 'Conflict',
      message: expect.stringMatching(/somebody.*\.spec\.template\.spec\.containers\[name="app"\]\.image/s),
    };
    await expect(apply()).rejects.toMatchObject(refusal);
    await expect(current().cluster.apply({ objects: [ref()], dryRun: true })).rejects.toMatchObject(refusal);
    expect(await readDeployment(current())).toMatchObject({ image: images.unready });
  });

  test('a field to which another manager gives the same value is no conflict', async () => {
    const { images, changeByHand } = current();
    await apply();
    await changeByHand(ref(), imageByHand(images.good));
    await apply();
    expect(await readDeployment(current())).toMatchObject({ image: images.good });
  });

  test('force takes the field over for its manager', async () => {
    const { images, changeByHand } = current();
    await apply();
    await changeByHand(ref(), imageByHand(images.unready));
    await apply({ force: true });
    expect(await readDeployment(current())).toMatchObject({ image: images.good });
    await apply({ image: images.missing });
    expect(await readDeployment(current())).toMatchObject({ image: images.missing });
  });

  test('fields that others add stay, in maps and in lists with names', async () => {
    const stage = current();
    await apply();
    await stage.changeByHand(ref(), {
      metadata: { annotations: { 'example.com/owner': 'shop' } },
      spec: { template: { spec: { containers: [{ name: 'app', env: [{ name: 'EXTRA', value: '1' }] }] } } },
    });
    await apply({ container: { env: [{ name: 'MODE', value: 'second' }] } });
    const found = await stage.cluster.get(ref());
    expect(found?.metadata.annotations).toMatchObject({ 'example.com/owner': 'shop' });
    expect(found).toMatchObject({ spec: { template: { spec: { containers: [{ name: 'app' }] } } } });
    expect(JSON.stringify(found)).toContain('EXTRA');
    expect(await readDeployment(stage)).toMatchObject({ mode: 'second' });
  });

  test('a field that an apply leaves out is removed, from lists with names too', async () => {
    const stage = current();
    await apply({
      container: {
        env: [
          { name: 'MODE', value: 'first' },
          { name: 'OLD', value: '1' },
        ],
      },
    });
    await apply();
    expect(JSON.stringify(await stage.cluster.get(ref()))).not.toContain('OLD');
    expect(await readDeployment(stage)).toMatchObject({ mode: 'first' });
  });

  test('a field that an apply leaves out stays when another manager also sets it', async () => {
    const { cluster, changeByHand } = current();
    const { config } = samples();
    await cluster.apply({ objects: [config({ a: '1', b: '1' })] });
    await changeByHand(config({}), { data: { a: '1' } });
    await cluster.apply({ objects: [config({ c: '1' })] });
    expect(await cluster.get(config({}))).toMatchObject({ data: { a: '1', c: '1' } });
    expect((await cluster.get(config({})))?.data).not.toHaveProperty('b');
  });

  test('scaling sets the number of pods, and may be repeated', async () => {
    const { cluster } = current();
    await apply({ replicas: 1 });
    await cluster.scale(ref(), 2);
    await cluster.scale(ref(), 2);
    expect(await readDeployment(current())).toMatchObject({ replicas: 2 });
    await current().settle(async () => isRolledOut(await readDeployment(current())), 'two pods are ready');
    expect(conditionOf(await readDeployment(current()), 'Available')).toMatchObject({ status: 'True' });
  });

  test('a Deployment that does not exist cannot be scaled', async () => {
    await expect(current().cluster.scale(ref(), 2)).rejects.toMatchObject({
      name: 'NotFound',
      message: expect.stringContaining('orders'),
    });
  });

  test('replicas that are left out of an apply stay as they were scaled', async () => {
    const { cluster } = current();
    await apply({ replicas: 1 });
    await cluster.scale(ref(), 2);
    await apply({ replicas: null, image: current().images.missing });
    expect(await readDeployment(current())).toMatchObject({ replicas: 2, image: current().images.missing });
  });

  test('replicas that were never applied stay as they were scaled', async () => {
    const { cluster } = current();
    await apply({ replicas: null });
    expect(await readDeployment(current())).toMatchObject({ replicas: 1 });
    await cluster.scale(ref(), 2);
    await apply({ replicas: null });
    expect(await readDeployment(current())).toMatchObject({ replicas: 2 });
  });

  test('scaling leaves replicas without an owner when they had none', async () => {
    const { cluster } = current();
    await apply({ replicas: null });
    await cluster.scale(ref(), 2);
    await apply({ replicas: 2 });
    await apply({ replicas: null });
    expect(await readDeployment(current())).toMatchObject({ replicas: 1 });
  });

  test('replicas that their only owner leaves out become one again', async () => {
    await apply({ replicas: 2 });
    await apply({ replicas: null });
    expect(await readDeployment(current())).toMatchObject({ replicas: 1 });
  });

  test('an apply of other replicas than were scaled is a conflict with the manager that scaled', async () => {
    const { cluster } = current();
    await apply({ replicas: 1 });
    await cluster.scale(ref(), 2);
    await expect(apply({ replicas: 1 })).rejects.toMatchObject({
      name: 'Conflict',
      message: expect.stringContaining('.spec.replicas'),
    });
    await apply({ replicas: 2 });
    await apply({ replicas: 1, force: true });
    expect(await readDeployment(current())).toMatchObject({ replicas: 1 });
  });

  test("only the gateway writes a route's status: an apply or a replace keeps it, and its change keeps the generation", async () => {
    const { cluster, namespace, writeStatus } = current();
    const route = httpRoute({ name: 'front', namespace }, [{ name: 'orders', port: 80 }]);
    const [made] = await cluster.apply({ objects: [route] });
    const accepted = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 1 };
    const conditions = [{ ...accepted, lastTransitionTime: '2030-01-01T00:00:00Z' }];
    const status = { parents: [{ parentRef: { name: 'outside' }, controllerName: 'example.com/outside', conditions }] };
    await writeStatus(route, status);

    const written = await cluster.get(route);
    expect(written?.metadata.generation).toBe(made?.metadata.generation);
    const hosts = { spec: { ...Object(written?.spec), hostnames: ['orders.example.com'] } };
    const replaced = await cluster.replace({ ...(written ?? route), ...hosts, status: { parents: [] } });
    const [applied] = await cluster.apply({
      objects: [{ ...route, metadata: { ...route.metadata, labels: { a: 'b' } } }],
    });
    for (const object of [written, replaced, applied])
      expect(object?.status).toMatchObject({ parents: [{ parentRef: { name: 'outside' }, conditions: [accepted] }] });
    expect(applied?.metadata.generation).toBe(2);
  });

  test('a route that does not exist gets no status', async () => {
    const { namespace, writeStatus } = current();
    const route = httpRoute({ name: 'front', namespace }, []);
    await expect(writeStatus(route, { parents: [] })).rejects.toThrow(/not found/);
  });
}
