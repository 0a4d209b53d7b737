/**
 * The contract of the store's upkeep: old rows are deleted, the oldest first and no more than requested. No other row
 * is deleted.
 */
import type { Forgotten } from '../../src/ports/upkeep.ts';
import type { Bench } from './store-contract.ts';
import { NOON } from './store-samples.ts';

const HOUR = 3_600_000;

export function upkeepContract(bench: () => Bench): void {
  const forget = (kind: Forgotten, before: number, limit = 100) => bench().upkeep.forget({ kind, before, limit });
  const period = (startsAt: number) => ({
    startsAt,
    canary: { requests: 1, errors: 0, durationP99Ms: null },
    stable: { requests: 1, errors: 0, durationP99Ms: null },
  });

  test('messages that were sent are deleted when they are old enough, and unsent messages never are', async () => {
    const { outbox, opened, clock } = bench();
    await opened('d-1');
    clock.set(NOON + HOUR);
    await opened('d-2', { service: 'basket' });
    await outbox.recordPublished(['d-1-0001-event', 'd-2-0001-event'], NOON + HOUR);
    expect(await forget('outbox', NOON - 1)).toBe(0);
    expect(await forget('outbox', NOON)).toBe(1);
    expect(await forget('outbox', NOON)).toBe(0);
    expect((await outbox.list({ limit: 10 })).map(({ id }) => id)).toEqual(['d-1-0001-notice', 'd-2-0001-notice']);
    expect(await forget('outbox', NOON + 24 * HOUR)).toBe(1);
    expect(await outbox.list({ limit: 10 })).toHaveLength(2);
  });

  test('evidence is kept while its deployment is in flight, and as long again after its end', async () => {
    const { verdicts, opened, settled } = bench();
    await opened('d-1');
    await opened('d-2', { service: 'basket' });
    await verdicts.record('d-1', [period(NOON), period(NOON + HOUR)]);
    await verdicts.record('d-2', [period(NOON)]);
    await verdicts.record('nobody', [period(NOON)]);
    expect(await forget('evidence', NOON + 9 * HOUR)).toBe(1);
    await settled('d-1', { status: 'promoted', settledAt: NOON + 2 * HOUR });
    expect(await forget('evidence', NOON + 2 * HOUR - 1)).toBe(0);
    expect(await forget('evidence', NOON + 2 * HOUR)).toBe(2);
    expect(await verdicts.list('d-1')).toEqual([]);
    expect(await verdicts.list('d-2')).toHaveLength(1);
  });

  test('the oldest rows are deleted first, and no more than requested', async () => {
    const { verdicts, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    const minutes = [3, 1, 2, 0, 4].map((minute) => period(NOON - minute * 60_000));
    await verdicts.record('d-1', minutes);
    expect(await forget('evidence', NOON, 2)).toBe(2);
    expect((await verdicts.list('d-1')).map(({ startsAt }) => (NOON - startsAt) / 60_000)).toEqual([2, 1, 0]);
    expect(await forget('evidence', NOON, 2)).toBe(2);
    expect(await forget('evidence', NOON, 2)).toBe(1);
  });

  test('a key is deleted by its age, answered or not, and a younger key still answers', async () => {
    const { idempotency } = bench();
    const answer = { status: 202, body: '{}', headers: {} };
    const claim = (key: string, at: number) => idempotency.claim({ key, requestHash: 'h', at });
    for (const [key, at] of [
      ['old', NOON],
      ['crashed', NOON],
      ['young', NOON + HOUR],
    ] as const)
      await claim(key, at);
    await idempotency.record({ key: 'old', requestHash: 'h' }, answer);
    await idempotency.record({ key: 'young', requestHash: 'h' }, answer);
    expect(await forget('keys', NOON)).toBe(2);
    expect(await claim('young', NOON + HOUR)).toEqual({ claimed: false, why: 'answered', answer });
    expect(await claim('old', NOON + HOUR)).toEqual({ claimed: true });
  });

  test('the token of a deployment in flight is never deleted', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], wait: { token: 'one' } }));
    expect(await forget('waits', NOON + 1_000 * HOUR)).toBe(0);
    expect((await deployments.read('d-1')).waitToken).toBe('one');
  });

  test('two deletions at one moment delete each row once, and deployments and timelines stay', async () => {
    const { verdicts, deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    await verdicts.record(
      'd-1',
      Array.from({ length: 20 }, (_, minute) => period(NOON - minute * 60_000)),
    );
    const counts = await Promise.all([forget('evidence', NOON, 20), forget('evidence', NOON, 20)]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
    for (const kind of ['outbox', 'keys', 'waits'] as const) await forget(kind, NOON + 1_000 * HOUR);
    expect((await deployments.read('d-1')).deployment.status).toBe('promoted');
    expect(await deployments.timeline('d-1')).toHaveLength(2);
  });
}
