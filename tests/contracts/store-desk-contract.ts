/** The contract of the smaller ports: services, outbox, idempotency, evidence, reachability. */
import type { Bench } from './store-contract.ts';
import { NOON, sampleSpec } from './store-samples.ts';

export function deskContract(bench: () => Bench): void {
  test('a new spec is a new revision, and the same spec in another order is not', async () => {
    const { services } = bench();
    const spec = sampleSpec('checkout');
    const first = await services.write({ spec, by: 'ada', at: NOON });
    expect(first).toEqual({ name: 'checkout', spec, revision: 1, updatedAt: NOON, updatedBy: 'ada' });
    const turned = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
    expect(await services.write({ spec: turned, by: 'grace', at: NOON + 1 })).toEqual(first);
    const changed = { ...spec, watch: { minutes: 5 } } as const;
    const second = await services.write({ spec: changed, by: 'grace', at: NOON + 2 });
    expect(second).toEqual({ name: 'checkout', spec: changed, revision: 2, updatedAt: NOON + 2, updatedBy: 'grace' });
    expect(await services.read('checkout')).toEqual(second);
    await expect(services.read('basket')).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('two callers that register a service at one moment make two revisions, or one when the specs are equal', async () => {
    const { services } = bench();
    const write = (minutes: number) =>
      services.write({ spec: sampleSpec('checkout', { watch: { minutes } }), by: 'ada', at: NOON });
    const revisions = (await Promise.all([write(1), write(2)])).map(({ revision }) => revision);
    expect(revisions.sort()).toEqual([1, 2]);
    const same = { spec: sampleSpec('basket'), by: 'ada', at: NOON };
    const agreed = await Promise.all([services.write(same), services.write(same)]);
    expect(agreed.map(({ revision }) => revision)).toEqual([1, 1]);
  });

  test('services are listed by name', async () => {
    const { services } = bench();
    for (const name of ['b', 'a-b', 'ab', 'a']) await services.write({ spec: sampleSpec(name), by: 'ada', at: NOON });
    expect((await services.list()).map(({ name }) => name)).toEqual(['a', 'a-b', 'ab', 'b']);
  });

  test('a service is removed only without a deployment in flight, and its deployments stay', async () => {
    const { services, deployments, opened, settled } = bench();
    const registration = { spec: sampleSpec('checkout'), by: 'ada', at: NOON };
    await services.write(registration);
    await services.write({ ...registration, spec: sampleSpec('checkout', { alarms: ['shared'] }) });
    await opened('d-1');
    const inFlight = { name: 'Conflict', details: { deploymentId: 'd-1' } };
    await expect(services.remove({ name: 'checkout', by: 'grace', at: NOON + 1 })).rejects.toMatchObject(inFlight);
    await settled('d-1', { status: 'promoted' });
    await services.remove({ name: 'checkout', by: 'grace', at: NOON + 1 });
    await expect(services.read('checkout')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(services.remove({ name: 'checkout', by: 'grace', at: NOON + 1 })).rejects.toMatchObject({
      name: 'NotFound',
    });
    expect(await deployments.findByAlarm({ alarm: 'shared', now: NOON })).toEqual([]);
    expect((await deployments.read('d-1')).deployment.status).toBe('promoted');
    expect((await services.write(registration)).revision).toBe(1);
  });

  test('messages are listed oldest first until they are published', async () => {
    const { outbox, opened, clock } = bench();
    clock.set(NOON + 1_000);
    await opened('d-1');
    clock.set(NOON);
    await opened('d-2', { service: 'basket' });
    const ids = async (query: Parameters<typeof outbox.list>[0]) => (await outbox.list(query)).map(({ id }) => id);
    expect(await ids({ limit: 10 })).toEqual([
      'd-2-0001-event',
      'd-2-0001-notice',
      'd-1-0001-event',
      'd-1-0001-notice',
    ]);
    expect(await ids({ limit: 1 })).toEqual(['d-2-0001-event']);
    expect(await ids({ after: { at: NOON, id: 'd-2-0001-event' }, limit: 2 })).toEqual([
      'd-2-0001-notice',
      'd-1-0001-event',
    ]);
    expect(await ids({ after: { at: NOON + 1_000, id: 'd-1-0001-notice' }, limit: 2 })).toEqual([]);
    const record = async (messages: readonly string[], at: number) =>
      [...(await outbox.recordPublished(messages, at))].sort();
    expect(await record(['d-2-0001-event', 'd-1-0001-notice'], NOON + 2_000)).toEqual([
      'd-1-0001-notice',
      'd-2-0001-event',
    ]);
    expect(await record(['d-2-0001-event', 'no-such-message'], NOON + 3_000)).toEqual([]);
    expect(await record([], NOON)).toEqual([]);
    expect(await ids({ limit: 10 })).toEqual(['d-2-0001-notice', 'd-1-0001-event']);
    expect(await ids({ deploymentId: 'd-1', limit: 10 })).toEqual(['d-1-0001-event']);
    expect(await outbox.list({ deploymentId: 'd-2', limit: 10 })).toEqual([
      {
        id: 'd-2-0001-notice',
        channel: 'notice',
        service: 'basket',
        deploymentId: 'd-2',
        severity: 'info',
        at: NOON,
        subject: '[info] basket: deployment opened',
        body: expect.stringContaining('a test asked for it'),
      },
    ]);
  });

  test('a key is claimed once; then it is in progress, and then it has its answer', async () => {
    const { idempotency } = bench();
    const claim = { key: 'k', requestHash: 'h', at: NOON };
    const answer = { status: 202, body: '{"id":"d-1"}', headers: { location: '/deployments/d-1' } };
    const claims = await Promise.all([idempotency.claim(claim), idempotency.claim(claim)]);
    expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
    expect(await idempotency.claim(claim)).toEqual({ claimed: false, why: 'inProgress' });
    expect(await idempotency.claim({ ...claim, requestHash: 'other' })).toEqual({
      claimed: false,
      why: 'otherRequest',
    });
    await idempotency.record(claim, answer);
    expect(await idempotency.claim(claim)).toEqual({ claimed: false, why: 'answered', answer });
    await idempotency.release(claim);
    expect(await idempotency.claim({ ...claim, at: NOON + 120_000 })).toMatchObject({ why: 'answered' });
    expect(await idempotency.claim({ ...claim, requestHash: 'other' })).toMatchObject({ why: 'otherRequest' });
  });

  test('a claim without an answer is taken over after five seconds, by the same request only', async () => {
    const { idempotency } = bench();
    const claim = (seconds: number, requestHash = 'h') =>
      idempotency.claim({ key: 'k', requestHash, at: NOON + seconds * 1_000 });
    expect(await claim(0)).toEqual({ claimed: true });
    expect(await claim(4.999)).toMatchObject({ why: 'inProgress' });
    expect(await claim(5, 'other')).toMatchObject({ why: 'otherRequest' });
    expect(await claim(5)).toEqual({ claimed: true });
    expect(await claim(9)).toMatchObject({ why: 'inProgress' });
  });

  test('a key is free again when it is released, and when a day has passed', async () => {
    const { idempotency } = bench();
    const claim = (at: number, requestHash = 'h') => idempotency.claim({ key: 'k', requestHash, at });
    await claim(NOON);
    await idempotency.release({ key: 'k', requestHash: 'h' });
    expect(await claim(NOON, 'other')).toEqual({ claimed: true });
    const done = { status: 200, body: '', headers: {} };
    // The late answer is from a request that no longer has the key.
    await idempotency.record({ key: 'k', requestHash: 'h' }, done);
    await idempotency.release({ key: 'k', requestHash: 'h' });
    expect(await claim(NOON + 1, 'other')).toMatchObject({ why: 'inProgress' });
    await idempotency.record({ key: 'k', requestHash: 'other' }, done);
    expect(await claim(NOON + 24 * 3_600_000 - 1, 'third')).toMatchObject({ why: 'otherRequest' });
    expect(await claim(NOON + 24 * 3_600_000, 'third')).toEqual({ claimed: true });
    expect(await claim(NOON + 24 * 3_600_000, 'third')).toMatchObject({ why: 'inProgress' });
    await idempotency.record({ key: 'never claimed', requestHash: 'h' }, done);
    expect(await idempotency.claim({ key: 'never claimed', requestHash: 'h', at: NOON })).toEqual({ claimed: true });
  });

  test('evidence is listed oldest first, and a period that is recorded twice has its last values', async () => {
    const { verdicts } = bench();
    const row = (minute: number, requests: number) => ({
      startsAt: NOON + minute * 60_000,
      canary: {
        requests,
        errors: 1,
        durationP99Ms: requests > 0 ? 12.5 : null,
        ...(minute === 2 && { slower: [4, 1] }),
      },
      stable: { requests: 0, errors: 0, durationP99Ms: null },
    });
    await verdicts.record('d-1', [row(1, 5), row(0, 4), row(1, 6)]);
    await verdicts.record('d-1', [row(1, 0), row(2, 8)]);
    await verdicts.record('d-1', []);
    expect(await verdicts.list('d-1')).toEqual([row(0, 4), row(1, 0), row(2, 8)]);
    expect(await verdicts.list('d-2')).toEqual([]);
  });

  test('a store that answers is reachable', async () => {
    expect(await bench().reachable.check()).toBeUndefined();
  });
}
