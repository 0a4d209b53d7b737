/** The contract of the ledger's lists: pages miss no deployment, and hold only what was asked for. */
import type { Status } from '../../src/domain/deployment/deployment.ts';
import type { DeploymentQuery } from '../../src/ports/deployments.ts';
import type { Bench } from './store-contract.ts';
import { NOON } from './store-samples.ts';

export function listContract(bench: () => Bench): void {
  test('pages go from the newest to the oldest and miss none, even among equal times', async () => {
    const { deployments, opened, settled } = bench();
    for (let index = 0; index < 7; index++) {
      await opened(`d-${index}`, { openedAt: NOON + Math.floor(index / 3) });
      await settled(`d-${index}`, { status: index === 4 ? 'failed' : 'promoted' });
    }
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await deployments.list({ limit: 2, cursor });
      pages.push(page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(pages).toEqual([['d-6', 'd-5'], ['d-4', 'd-3'], ['d-2', 'd-1'], ['d-0']]);
    expect(await deployments.list({ limit: 7 })).toMatchObject({ nextCursor: null });
  });

  test('pages of a service, of a status, and of both hold only matching deployments', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2', { openedAt: NOON + 1 });
    await opened('d-3', { service: 'basket', openedAt: NOON + 2 });
    const ids = async (query: { service?: string; statuses?: readonly Status[] }) =>
      (await deployments.list({ ...query, limit: 10 })).items.map(({ id }) => id);
    expect(await ids({ service: 'checkout' })).toEqual(['d-2', 'd-1']);
    expect(await ids({ statuses: ['opened'] })).toEqual(['d-3', 'd-2']);
    expect(await ids({ service: 'checkout', statuses: ['promoted'] })).toEqual(['d-1']);
    expect(await ids({ service: 'nobody' })).toEqual([]);
    const first = await deployments.list({ service: 'checkout', limit: 1 });
    const second = await deployments.list({ service: 'checkout', limit: 1, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ id: 'd-1' }], nextCursor: null });
  });

  test('pages of several statuses go from the newest to the oldest and miss none, whatever its status', async () => {
    const { deployments, opened, settled } = bench();
    const ends = ['promoted', 'failed', 'rolledBack', 'promoted', 'failed', 'promoted'] as const;
    for (const [index, status] of ends.entries()) {
      await opened(`d-${index}`, { openedAt: NOON + Math.floor(index / 3) });
      await settled(`d-${index}`, { status });
    }
    await opened('d-6', { openedAt: NOON + 5 });
    for (const filter of [{}, { service: 'checkout' }, { services: ['basket', 'checkout'] }]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await deployments.list({
          ...filter,
          statuses: ['promoted', 'opened', 'failed'],
          limit: 2,
          cursor,
        });
        seen.push(...page.items.map(({ id, status }) => `${id} ${status}`));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(['d-6 opened', 'd-5 promoted', 'd-4 failed', 'd-3 promoted', 'd-1 failed', 'd-0 promoted']);
    }
    expect(await deployments.list({ statuses: ['paused', 'superseded'], limit: 2 })).toEqual({
      items: [],
      nextCursor: null,
    });
    expect(await deployments.list({ statuses: [], limit: 2 })).toEqual({ items: [], nextCursor: null });
  });

  test('pages of some services hold only their deployments, under any other filter', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await opened('d-2', { openedAt: NOON + 1 });
    await opened('d-3', { service: 'basket', openedAt: NOON + 2 });
    await opened('d-4', { service: 'orders', openedAt: NOON + 3 });
    const ids = async (query: Partial<DeploymentQuery>) =>
      (await deployments.list({ limit: 10, ...query })).items.map(({ id }) => id);
    expect(await ids({ services: ['basket', 'checkout'] })).toEqual(['d-3', 'd-2', 'd-1']);
    expect(await ids({ services: ['basket', 'checkout'], statuses: ['opened'] })).toEqual(['d-3', 'd-2']);
    expect(await ids({ services: ['basket', 'checkout'], service: 'checkout' })).toEqual(['d-2', 'd-1']);
    expect(await ids({ services: ['basket'], service: 'checkout' })).toEqual([]);
    expect(await ids({ services: [] })).toEqual([]);
    const first = await deployments.list({ services: ['basket', 'checkout'], limit: 2 });
    const second = await deployments.list({
      services: ['basket', 'checkout'],
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    expect(second).toMatchObject({ items: [{ id: 'd-1' }], nextCursor: null });
  });

  test.each(['', 'nonsense', 'zzz.', `1.${'x'.repeat(41)}`, "1.d-1' or 1=1"])(
    'the cursor %j is refused',
    async (cursor) => {
      await expect(bench().deployments.list({ limit: 2, cursor })).rejects.toMatchObject({ name: 'InvalidRequest' });
    },
  );

  test('only promoted deployments that were not replaced are watched, until their window closes', async () => {
    const { deployments, opened, settled } = bench();
    for (const [service, changes] of Object.entries({
      open: { status: 'promoted', watchUntil: NOON + 10 },
      replaced: { status: 'promoted', watchUntil: NOON + 10, replacedBy: 'd-x' },
      back: { status: 'rolledBack', watchUntil: NOON + 10 },
      unwatched: { status: 'promoted' },
    } as const)) {
      await opened(`d-${service}`, { service });
      await settled(`d-${service}`, changes);
    }
    expect((await deployments.listWatched(NOON + 9)).map(({ id }) => id)).toEqual(['d-open']);
    expect(await deployments.listWatched(NOON + 10)).toEqual([]);
  });

  test('deployments in flight are listed oldest first, without those that have ended', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-3', { service: 'three', openedAt: NOON + 3 });
    await opened('d-1', { service: 'one', openedAt: NOON + 1 });
    await opened('d-2', { service: 'two', openedAt: NOON + 2 });
    await settled('d-2', { status: 'promoted' });
    expect((await deployments.listInFlight()).map(({ deployment }) => deployment.id)).toEqual(['d-1', 'd-3']);
  });
}
