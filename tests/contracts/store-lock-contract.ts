/**
 * The contract of the lock: one deployment in flight for each service, how it is superseded or undone, and what happens
 * only once.
 */
import type { Bench } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry } from './store-samples.ts';

export function lockContract(bench: () => Bench): void {
  test('a second deployment is refused with the deployment in flight, and leaves nothing behind', async () => {
    const { deployments, outbox, opened } = bench();
    const first = await opened('d-1');
    const second = await deployments.open({
      deployment: sampleDeployment('d-2'),
      entries: [sampleEntry('DeploymentOpened')],
    });
    expect(second).toEqual({ opened: false, inFlight: first });
    await expect(deployments.read('d-2')).rejects.toMatchObject({ name: 'NotFound' });
    expect(await deployments.timeline('d-2')).toEqual([]);
    expect(await outbox.list({ deploymentId: 'd-2', limit: 10 })).toEqual([]);
  });

  test('a deployment of one service does not stop another service', async () => {
    const { opened } = bench();
    expect((await opened('d-1', { service: 'checkout' })).fence).toBe(1);
    expect((await opened('d-2', { service: 'basket' })).fence).toBe(1);
  });

  test.each(['promoted', 'rolledBack', 'failed'] as const)(
    'a deployment that ends as %s releases the lock',
    async (status) => {
      const { opened, settled } = bench();
      await opened('d-1');
      await settled('d-1', { status });
      expect((await opened('d-2')).fence).toBe(2);
    },
  );

  test('a change that does not end the deployment keeps the lock', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    await deployments.record('d-1', ({ deployment }) => ({
      deployment: { ...deployment, status: 'rollingBack' },
      entries: [],
    }));
    expect(await deployments.open({ deployment: sampleDeployment('d-2'), entries: [] })).toMatchObject({
      opened: false,
    });
  });

  test('the fencing token only rises, and the ledger alone sets it', async () => {
    const { deployments, opened, settled } = bench();
    const fences = [];
    for (const id of ['d-1', 'd-2', 'd-3']) {
      fences.push((await opened(id, { fence: 99 })).fence);
      await settled(id, { status: 'rolledBack', fence: 77 });
    }
    expect(fences).toEqual([1, 2, 3]);
    expect((await deployments.read('d-1')).deployment.fence).toBe(1);
  });

  test('superseding ends the deployment in flight, passes the lock on, and returns its token', async () => {
    const { deployments, opened, clock } = bench();
    const first = await opened('d-1');
    await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], wait: { token: 'token-1' } }));
    clock.set(NOON + 5_000);
    const result = await deployments.open({
      deployment: sampleDeployment('d-2', { by: 'grace', openedAt: NOON + 5_000 }),
      entries: [sampleEntry('DeploymentOpened')],
      superseding: { deploymentId: 'd-1', because: 'a newer build' },
    });
    expect(result).toMatchObject({ opened: true, waitToken: 'token-1', deployment: { id: 'd-2', fence: 2 } });
    const ended = { status: 'superseded', settledAt: NOON + 5_000, replacedBy: 'd-2', because: 'a newer build' };
    expect((await deployments.read('d-1')).deployment).toEqual({ ...first, ...ended, timelineLength: 2 });
    expect((await deployments.timeline('d-1'))[1]).toEqual({
      deploymentId: 'd-1',
      sequence: 2,
      at: NOON + 5_000,
      kind: 'DeploymentSuperseded',
      by: 'grace',
      because: 'a newer build',
      data: { replacedBy: 'd-2' },
    });
    expect((await deployments.listInFlight()).map(({ deployment }) => deployment.id)).toEqual(['d-2']);
  });

  test('a superseded deployment that settles later does not release its successor’s lock', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await opened('d-2', { superseding: { deploymentId: 'd-1', because: 'newer' } });
    await settled('d-1', { status: 'failed' });
    expect(await deployments.open({ deployment: sampleDeployment('d-3'), entries: [] })).toMatchObject({
      opened: false,
      inFlight: { id: 'd-2' },
    });
  });

  test('superseding a deployment that has ended takes a free lock, and leaves the ended one unchanged', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    const ended = await settled('d-1', { status: 'promoted' });
    const superseding = { deploymentId: 'd-1', because: 'newer' };
    const deployment = sampleDeployment('d-2', { replaces: 'd-1' });
    const result = await deployments.open({ deployment, entries: [], superseding });
    expect(result).toMatchObject({ opened: true, deployment: { replaces: null } });
    expect((await deployments.read('d-1')).deployment).toEqual(ended);
  });

  test('superseding the wrong deployment is refused with the deployment that holds the lock', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2');
    const superseding = { deploymentId: 'd-1', because: 'newer' };
    const result = await deployments.open({ deployment: sampleDeployment('d-3'), entries: [], superseding });
    expect(result).toMatchObject({ opened: false, inFlight: { id: 'd-2', status: 'opened' } });
  });

  test('superseding or undoing a deployment that does not exist is NotFound, and takes no lock', async () => {
    const { opened } = bench();
    await expect(opened('d-1', { superseding: { deploymentId: 'd-0', because: 'newer' } })).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(opened('d-1', { undoing: 'd-0' })).rejects.toMatchObject({ name: 'NotFound' });
    expect((await opened('d-1')).fence).toBe(1);
  });

  test('undoing marks the promoted deployment as replaced, and a second undo is a Conflict', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2', { kind: 'rollback', undoing: 'd-1' });
    expect((await deployments.read('d-1')).deployment).toMatchObject({ status: 'promoted', replacedBy: 'd-2' });
    await expect(opened('d-3', { undoing: 'd-1' })).rejects.toMatchObject({ name: 'Conflict' });
    await settled('d-2', { status: 'promoted' });
    await expect(opened('d-4', { undoing: 'd-1' })).rejects.toMatchObject({
      name: 'Conflict',
      details: { replacedBy: 'd-2' },
    });
    expect((await opened('d-5')).fence).toBe(3);
  });

  test('an opening that is refused marks no deployment as replaced', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2');
    const result = await deployments.open({ deployment: sampleDeployment('d-3'), entries: [], undoing: 'd-1' });
    expect(result).toMatchObject({ opened: false, inFlight: { id: 'd-2' } });
    expect((await deployments.read('d-1')).deployment.replacedBy).toBeNull();
  });

  test('a second opening with the same `once` is a known Conflict, whatever the lock or the service', async () => {
    const { opened, settled } = bench();
    const known = { name: 'Conflict', details: { known: true } };
    await opened('d-1', { once: 'event-1' });
    await expect(opened('d-2', { once: 'event-1' })).rejects.toMatchObject(known);
    await settled('d-1', { status: 'rolledBack' });
    await expect(opened('d-2', { once: 'event-1' })).rejects.toMatchObject(known);
    await expect(opened('d-2', { once: 'event-1', service: 'basket' })).rejects.toMatchObject(known);
    expect((await opened('d-3', { once: 'event-2' })).fence).toBe(2);
    expect((await opened('d-4', { service: 'basket' })).fence).toBe(1);
  });

  test('one of many openings at one moment succeeds, and the others get its deployment', async () => {
    const { deployments } = bench();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        deployments.open({ deployment: sampleDeployment(`d-${index}`), entries: [sampleEntry('DeploymentOpened')] }),
      ),
    );
    const winners = results.flatMap((result) => (result.opened ? [result.deployment.id] : []));
    expect(winners).toHaveLength(1);
    expect(results.filter((result) => !result.opened && result.inFlight.id === winners[0])).toHaveLength(7);
  });
}
