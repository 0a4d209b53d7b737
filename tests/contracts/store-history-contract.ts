/**
 * The contract of the ledger about targets: the deployments that an alarm concerns, the past of a target, and its
 * service.
 */

import type { Deployment } from '../../src/domain/deployment/deployment.ts';
import { KEY_REMEMBERED_MS } from '../../src/domain/deployment/keyed-request.ts';
import { targetKey } from '../../src/domain/service/target.ts';
import type { Bench } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from './store-samples.ts';

const checkout = 'lambda checkout:live';
const order = { by: 'ada', at: NOON };
const watched = { status: 'promoted', canary: '42', watchUntil: NOON + 60_000 } as const;

export function historyContract(bench: () => Bench): void {
  const found = async (alarm: string, now = NOON) =>
    (await bench().deployments.findByAlarm({ alarm, now })).map(({ deployment }) => deployment.id);
  const moved = (id: string, percent: number) =>
    bench().deployments.record(id, ({ deployment }) => ({
      deployment,
      entries: [{ ...sampleEntry('TrafficShifted'), data: { canaryPercent: percent } }],
    }));

  test('an alarm finds the latest deployment of each service that names it now', async () => {
    const { deployments, services, opened, settled } = bench();
    for (const name of ['checkout', 'basket', 'idle'])
      await services.write({ spec: sampleSpec(name, { alarms: ['shared', 'shared', 'own'] }), ...order });
    await services.write({ spec: sampleSpec('other', { alarms: ['own'] }), ...order });
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2', { openedAt: NOON + 1 });
    await opened('d-3', { service: 'basket' });
    await opened('d-4', { service: 'other' });

    expect(await found('shared')).toEqual(['d-3', 'd-2']);
    const [, second] = await deployments.findByAlarm({ alarm: 'shared', now: NOON });
    expect(second).toEqual({ deployment: (await deployments.read('d-2')).deployment, movedAt: null });
    await services.write({ spec: sampleSpec('checkout', { alarms: [] }), ...order });
    expect(await found('shared')).toEqual(['d-3']);
    expect(await found('nobody')).toEqual([]);
  });

  test('an alarm finds everything since the oldest deployment that is watched or in flight, newest first', async () => {
    const { services, opened, settled } = bench();
    await services.write({ spec: sampleSpec('checkout', { alarms: ['shared'] }), ...order });
    for (const [index, changes] of (
      [watched, { status: 'rolledBack' }, watched, { status: 'superseded' }, { status: 'failed' }] as const
    ).entries()) {
      await opened(`d-${index}`, { openedAt: NOON + index });
      await settled(`d-${index}`, { ...changes, ...(index === 0 && { watchUntil: NOON }) });
    }
    await opened('d-5', { openedAt: NOON + 5 });

    expect(await found('shared')).toEqual(['d-5', 'd-4', 'd-3', 'd-2']);
    await settled('d-5', { status: 'rolledBack' });
    expect(await found('shared')).toEqual(['d-5', 'd-4', 'd-3', 'd-2']);
    expect(await found('shared', NOON + 60_000)).toEqual(['d-5']);
  });

  test('an alarm finds a watched deployment when only its spec names the alarm, by the alarm’s whole name', async () => {
    const { services, opened, settled } = bench();
    const alarms = ['it is "late" \\ 5%'];
    await opened('d-1', { spec: sampleSpec('checkout', { alarms }) });
    await settled('d-1', watched);
    await services.write({ spec: sampleSpec('checkout', { alarms: [] }), ...order });

    expect(await found(alarms[0] ?? '')).toEqual(['d-1']);
    expect(await found('late')).toEqual([]);
    expect(await found(alarms[0] ?? '', watched.watchUntil)).toEqual([]);
  });

  test('the last change of a deployment’s traffic is found among its other entries', async () => {
    const { deployments, opened, clock } = bench();
    await opened('d-1');
    const movedAt = async () => (await deployments.history({ target: checkout, limit: 1 }))[0]?.movedAt;
    expect(await movedAt()).toBeNull();
    clock.set(NOON + 1_000);
    await moved('d-1', 10);
    clock.set(NOON + 2_000);
    await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [sampleEntry('BakeStarted')] }));
    expect(await movedAt()).toBe(NOON + 1_000);
  });

  test('a target has the history of every service that it belonged to, and no other target’s', async () => {
    const { deployments, opened, settled } = bench();
    const shop = sampleSpec('shop', { target: sampleSpec('checkout').target });
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2', { service: 'shop', spec: shop, openedAt: NOON + 1 });
    await opened('d-3', { service: 'basket', openedAt: NOON + 2 });

    const ids = async (target: string, limit = 10) =>
      (await deployments.history({ target, limit })).map(({ deployment }) => deployment.id);
    expect(await ids(checkout)).toEqual(['d-2', 'd-1']);
    expect(await ids(checkout, 1)).toEqual(['d-2']);
    expect(await ids('lambda nobody:live')).toEqual([]);
  });

  test('the deployment that put a version live on a target is the latest promoted one that was not replaced', async () => {
    const { deployments, opened, settled } = bench();
    const promoted = { status: 'promoted', canary: '42' } as const;
    await opened('d-1');
    await settled('d-1', promoted);
    await opened('d-2', { openedAt: NOON + 1 });
    await settled('d-2', promoted);
    await opened('d-3', { openedAt: NOON + 2 });
    await settled('d-3', { ...promoted, replacedBy: 'd-9' });
    await opened('d-4', { openedAt: NOON + 3 });
    await settled('d-4', { status: 'rolledBack', canary: '42' });
    const who = async (version: string, target = checkout) =>
      (await deployments.findPromoted({ target, version }))?.id ?? null;
    expect([await who('42'), await who('41'), await who('42', 'lambda basket:live')]).toEqual(['d-2', null, null]);
  });

  test('the latest deployment is the one with the highest fence, whatever the clocks of the callers said', async () => {
    const { deployments, services, opened, settled } = bench();
    await services.write({ spec: sampleSpec('checkout', { alarms: ['shared'] }), ...order });
    await opened('d-1', { openedAt: NOON + 4_000 });
    await settled('d-1', watched);
    await opened('d-2', { openedAt: NOON + 2_000 });
    await settled('d-2', { ...watched, canary: '42' });
    await opened('d-3', { openedAt: NOON });

    const ids = (await deployments.history({ target: checkout, limit: 2 })).map(({ deployment }) => deployment.id);
    expect(ids).toEqual(['d-3', 'd-2']);
    expect(await found('shared')).toEqual(['d-3', 'd-2', 'd-1']);
    expect((await deployments.findPromoted({ target: checkout, version: '42' }))?.id).toBe('d-2');
  });

  test('a caller’s key opens one deployment, does nothing for other callers, and is forgotten after a day', async () => {
    const { deployments, opened, settled, clock } = bench();
    const ada = { by: 'ada', requestKey: 'key-1' } as const;
    const first = await opened('d-1', ada);
    const foundBy = async (by: string, requestKey: string | null = 'key-1') =>
      (await deployments.findByRequest({ by, requestKey }))?.id ?? null;
    expect([await foundBy('ada'), await foundBy('grace'), await foundBy('ada', null)]).toEqual(['d-1', null, null]);
    await settled(first.id, { status: 'rolledBack' });
    const again = () => opened('d-2', { ...ada, openedAt: clock.now() });
    await expect(again()).rejects.toMatchObject({ name: 'Conflict', details: { known: true } });
    await opened('d-3', { by: 'grace', requestKey: 'key-1', openedAt: clock.now() });
    await settled('d-3', { status: 'rolledBack' });

    clock.set(NOON + KEY_REMEMBERED_MS);
    expect(await foundBy('ada')).toBeNull();
    await again();
    expect(await foundBy('ada')).toBe('d-2');
  });

  test('two services never have a deployment in flight on one target, and the refused one leaves its own lock free', async () => {
    const { deployments, opened, settled } = bench();
    const { target } = sampleSpec('checkout');
    const shop = (id: string, changes: Partial<Deployment> = {}) =>
      deployments.open({
        deployment: sampleDeployment(id, { service: 'shop', ...changes }),
        entries: [sampleEntry('DeploymentOpened')],
      });
    const first = await opened('d-1');

    expect(await shop('d-2', { spec: sampleSpec('shop', { target }) })).toEqual({ opened: false, inFlight: first });
    expect(await shop('d-3')).toMatchObject({ opened: true });
    await settled('d-3', { status: 'rolledBack' });
    await settled('d-1', { status: 'rolledBack' });
    expect(await shop('d-4', { spec: sampleSpec('shop', { target }) })).toMatchObject({ opened: true });
    const refused = { opened: false, inFlight: { id: 'd-4' } };
    expect(await deployments.open({ deployment: sampleDeployment('d-5'), entries: [] })).toMatchObject(refused);
  });

  test('the fencing token of a target rises from one service to the next', async () => {
    const { opened, settled } = bench();
    const shop = sampleSpec('shop', { target: sampleSpec('checkout').target });
    for (const id of ['d-1', 'd-2', 'd-3']) {
      await opened(id);
      await settled(id, { status: 'rolledBack' });
    }
    expect((await opened('d-4', { service: 'shop', spec: shop })).fence).toBeGreaterThan(3);
  });

  test('a second service is refused a target by name, also at the same moment, and gets it later', async () => {
    const { services } = bench();
    const { target } = sampleSpec('checkout');
    const write = (name: string) => services.write({ spec: sampleSpec(name, { target }), ...order });
    const taken = { name: 'Conflict', details: { pointer: '/target' } };

    const outcomes = await Promise.allSettled(['checkout', 'shop', 'basket'].map(write));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const owner = (await services.list())[0]?.name ?? '';
    expect((await services.list()).map(({ name }) => name)).toEqual([owner]);
    const [other = ''] = ['checkout', 'shop'].filter((name) => name !== owner);
    await expect(write(other)).rejects.toMatchObject({
      ...taken,
      message: expect.stringContaining(`service ${owner}`),
    });
    await services.remove({ name: owner, ...order });
    expect((await write(other)).revision).toBe(1);
  });

  test('a service that moves to a taken target stays as it was; it gets a free target, and frees its own', async () => {
    const { services } = bench();
    const at = (name: string, where: string) =>
      services.write({ spec: sampleSpec(name, { target: sampleSpec(where).target }), ...order });
    await at('checkout', 'checkout');
    await at('shop', 'shop');

    await expect(at('shop', 'checkout')).rejects.toMatchObject({ name: 'Conflict', details: { service: 'checkout' } });
    expect(targetKey((await services.read('shop')).spec.target)).toBe('lambda shop:live');
    await at('checkout', 'checkout-2');
    expect((await at('shop', 'checkout')).revision).toBe(2);
    expect((await at('checkout', 'shop')).revision).toBe(3);
  });

  test('one write moves a target to another service, removes the first with its alarms, and ends its watch', async () => {
    const { deployments, services, opened, settled } = bench();
    await services.write({ spec: sampleSpec('checkout'), ...order });
    await opened('d-1');
    const spec = sampleSpec('shop', { target: sampleSpec('checkout').target });
    const take = (from: string) => services.write({ spec, by: 'grace', at: NOON + 5, takingFrom: from });
    await expect(take('checkout')).rejects.toMatchObject({ name: 'Conflict', details: { deploymentId: 'd-1' } });
    await expect(take('basket')).rejects.toMatchObject({ name: 'Conflict', details: { service: 'checkout' } });
    expect((await services.list()).map(({ name }) => name)).toEqual(['checkout']);
    await settled('d-1', watched);

    expect(await take('checkout')).toMatchObject({ name: 'shop', revision: 1, updatedBy: 'grace' });
    expect((await services.list()).map(({ name }) => name)).toEqual(['shop']);
    const because = expect.stringContaining('Service checkout gave this target to service shop');
    expect((await deployments.timeline('d-1')).at(-1)).toMatchObject({ kind: 'WatchEnded', by: 'grace', because });
    expect((await take('checkout')).revision).toBe(1);
  });

  test('a service that has another target loses nothing to a service that takes a target from it', async () => {
    const { services } = bench();
    for (const name of ['checkout', 'basket']) await services.write({ spec: sampleSpec(name), ...order });
    const spec = sampleSpec('shop', { target: sampleSpec('checkout').target });
    await expect(services.write({ spec, ...order, takingFrom: 'basket' })).rejects.toMatchObject({
      name: 'Conflict',
      details: { service: 'basket' },
    });
    expect((await services.list()).map(({ name }) => name)).toEqual(['basket', 'checkout']);
  });

  test('the target of a service stays while a deployment is in flight, and the rest of its spec may change', async () => {
    const { services, opened } = bench();
    await services.write({ spec: sampleSpec('checkout'), ...order });
    await opened('d-1');
    const elsewhere = sampleSpec('checkout', { target: sampleSpec('basket').target });

    await expect(services.write({ spec: elsewhere, ...order })).rejects.toMatchObject({
      name: 'Conflict',
      details: { pointer: '/target', deploymentId: 'd-1' },
    });
    expect((await services.write({ spec: sampleSpec('checkout', { alarms: [] }), ...order })).revision).toBe(2);
  });

  test.each(['removed', 'moved'] as const)(
    'the watch of a service ends with an entry when the service is %s',
    async (how) => {
      const { deployments, services, outbox, opened, settled } = bench();
      await services.write({ spec: sampleSpec('checkout'), ...order });
      await opened('d-1');
      await settled('d-1', { ...watched, watchUntil: NOON - 1 });
      await opened('d-2');
      await settled('d-2', watched);
      const by = { by: 'grace', at: NOON + 5 };
      if (how === 'removed') await services.remove({ name: 'checkout', ...by });
      else await services.write({ spec: sampleSpec('checkout', { target: sampleSpec('basket').target }), ...by });

      expect(await deployments.listWatched(NOON + 5)).toEqual([]);
      expect((await deployments.read('d-2')).deployment).toMatchObject({ status: 'promoted', watchUntil: NOON + 5 });
      expect((await deployments.timeline('d-2')).at(-1)).toMatchObject({
        kind: 'WatchEnded',
        by: 'grace',
        at: NOON + 5,
      });
      expect((await deployments.timeline('d-1')).map(({ kind }) => kind)).not.toContain('WatchEnded');
      const notices = (await outbox.list({ deploymentId: 'd-2', limit: 10 })).map(({ subject }) => subject);
      expect(notices).toContain('[warning] checkout: watch ended');
    },
  );
}
