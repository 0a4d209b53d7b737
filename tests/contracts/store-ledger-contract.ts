/** The contract of the ledger's records: they are whole, and numbered without a gap. */
import type { Bench } from './store-contract.ts';
import { NOON, sampleDeployment, sampleEntry, sampleSpec } from './store-samples.ts';

export function ledgerContract(bench: () => Bench): void {
  test('a deployment is read as it was written, every field of it', async () => {
    const { deployments, opened } = bench();
    const full = sampleDeployment('d-1', {
      kind: 'rollback',
      artifact: { image: 'sha256:abc' },
      reason: 'it’s “late” \\ \n',
      requestKey: 'key-1',
      canary: '42',
      atPercent: 12.5,
      liveRevision: 'r-9',
      signal: { kind: 'abort', because: 'no', by: 'ada', at: NOON },
      ignoredAlarms: ['noisy'],
      progress: {
        stepIndex: 2,
        stepStartedAt: NOON + 1,
        pausedAt: NOON + 2,
        extensions: 1,
        others: 'someone',
        evidenceFrom: NOON,
        undoSeenAt: NOON,
        missingAlarms: ['gone'],
        isForced: true,
        isHotfix: true,
        requests: [{ what: 'deploy', by: 'ada', key: 'k', at: NOON }],
        approval: { stepIndex: 1, by: 'bob' },
      },
      baseline: {
        latenciesMs: [40.5, 180],
        histories: { errors: { rate: 0.01, burstiness: 0.002 }, 'requests over 180 ms': null },
      },
      settledAt: NOON + 4,
      watchUntil: NOON + 5,
      because: 'why not',
      replaces: 'd-0',
      replacedBy: 'd-9',
    });
    await opened('d-1', full);
    const { deployment, waitToken } = await deployments.read('d-1');
    expect(deployment).toEqual({ ...full, fence: 1, timelineLength: 1 });
    expect(waitToken).toBeNull();
  });

  test('foreign text that a database refuses is stored with the replacement character', async () => {
    const { deployments, outbox, opened } = bench();
    await opened('d-1');
    const said = 'Hook smoke failed: \u0000 and \ud800.';
    const stored = 'Hook smoke failed: \uFFFD and \uFFFD.';
    const { deployment } = await deployments.record('d-1', (current) => ({
      deployment: { ...current.deployment, status: 'rollingBack', because: said },
      entries: [{ ...sampleEntry('HookFailed'), because: said, data: { detail: said } }],
    }));
    expect(deployment.because).toBe(stored);
    expect((await deployments.timeline('d-1')).at(-1)?.because).toBe(stored);
    expect(await outbox.list({ deploymentId: 'd-1', limit: 10 })).not.toEqual([]);
  });

  test('a change, its entries and their messages are written together, with the next numbers', async () => {
    const { deployments, outbox, opened, clock } = bench();
    await opened('d-1');
    clock.set(NOON + 1_000);
    const written = await deployments.record('d-1', ({ deployment }) => ({
      deployment: { ...deployment, status: 'rollingOut', canary: '42', timelineLength: 50 },
      entries: [{ ...sampleEntry('VersionPublished'), data: { version: '42' } }, sampleEntry('ApprovalRequested')],
    }));
    expect(written.deployment).toMatchObject({ status: 'rollingOut', canary: '42', timelineLength: 3 });
    expect(await deployments.read('d-1')).toEqual(written);
    const entries = await deployments.timeline('d-1');
    expect(entries.map(({ sequence, kind, at }) => [sequence, kind, at])).toEqual([
      [1, 'DeploymentOpened', NOON],
      [2, 'VersionPublished', NOON + 1_000],
      [3, 'ApprovalRequested', NOON + 1_000],
    ]);
    expect(entries[1]?.data).toEqual({ version: '42' });
    expect((await outbox.list({ deploymentId: 'd-1', limit: 10 })).map(({ id }) => id)).toEqual([
      'd-1-0001-event',
      'd-1-0001-notice',
      'd-1-0002-event',
      'd-1-0003-event',
      'd-1-0003-notice',
    ]);
  });

  test('a change function that throws, or returns no change, writes nothing', async () => {
    const { deployments, outbox, opened } = bench();
    await opened('d-1');
    const before = await deployments.read('d-1');
    await expect(
      deployments.record('d-1', () => {
        throw new RangeError('no');
      }),
    ).rejects.toMatchObject({ name: 'RangeError', message: 'no' });
    expect(await deployments.record('d-1', () => null)).toEqual(before);
    expect(await deployments.read('d-1')).toEqual(before);
    expect(await deployments.timeline('d-1')).toHaveLength(1);
    expect(await outbox.list({ limit: 10 })).toHaveLength(2);
  });

  test("a caller's change to an object that it gave or got does not reach the store", async () => {
    const { deployments, opened } = bench();
    const spec = sampleSpec('checkout', { alarms: ['one'] });
    const ignoredAlarms = ['one'];
    await opened('d-1', { spec, ignoredAlarms });
    (spec.alarms as string[]).push('two');
    ignoredAlarms.push('two');
    const read = await deployments.read('d-1');
    try {
      (read.deployment.ignoredAlarms as string[]).push('three');
    } catch {
      // The store froze its answer, which protects the store as well as a copy does.
    }
    const { deployment } = await deployments.read('d-1');
    expect([deployment.ignoredAlarms, deployment.spec.alarms]).toEqual([['one'], ['one']]);
  });

  test('concurrent changes of one deployment all count, and number their entries without a gap', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    await Promise.all(
      Array.from({ length: 10 }, () =>
        deployments.record('d-1', ({ deployment }) => ({
          deployment: { ...deployment, atPercent: deployment.atPercent + 1 },
          entries: [sampleEntry('TrafficShifted')],
        })),
      ),
    );
    expect((await deployments.read('d-1')).deployment).toMatchObject({ atPercent: 10, timelineLength: 11 });
    const sequences = (await deployments.timeline('d-1')).map(({ sequence }) => sequence);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('a token stays until it is replaced or answered', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    const record = async (wait?: { token: string } | 'answered') =>
      (await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], ...(wait && { wait }) })))
        .waitToken;
    expect(await record({ token: 'one' })).toBe('one');
    expect(await record({ token: 'two' })).toBe('two');
    expect(await record()).toBe('two');
    expect((await deployments.read('d-1')).waitToken).toBe('two');
    expect((await deployments.listInFlight())[0]?.waitToken).toBe('two');
    expect(await record('answered')).toBeNull();
    expect(await record('answered')).toBeNull();
    expect((await deployments.read('d-1')).waitToken).toBeNull();
  });

  test('a deployment that ends keeps no token, and the caller that ended it gets the token', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], wait: { token: 'one' } }));
    const ended = await deployments.record('d-1', ({ deployment }) => ({
      deployment: { ...deployment, status: 'failed' },
      entries: [],
    }));
    expect(ended.waitToken).toBe('one');
    expect((await deployments.read('d-1')).waitToken).toBeNull();
  });

  test('a token that comes after the end of its deployment is not stored', async () => {
    const { deployments, opened, settled } = bench();
    await opened('d-1');
    await settled('d-1', { status: 'promoted' });
    const late = await deployments.record('d-1', ({ deployment }) => ({
      deployment,
      entries: [],
      wait: { token: 'late' },
    }));
    expect(late.waitToken).toBe('late');
    expect((await deployments.read('d-1')).waitToken).toBeNull();
  });

  test('a superseded deployment keeps no token, and the caller that superseded it gets the token', async () => {
    const { deployments, opened } = bench();
    await opened('d-1');
    await deployments.record('d-1', ({ deployment }) => ({ deployment, entries: [], wait: { token: 'one' } }));
    const opening = { deployment: sampleDeployment('d-2'), entries: [sampleEntry('DeploymentOpened')] };
    const superseding = { deploymentId: 'd-1', because: 'newer' };
    expect(await deployments.open({ ...opening, superseding })).toMatchObject({ opened: true, waitToken: 'one' });
    expect((await deployments.read('d-1')).waitToken).toBeNull();
  });

  test('a deployment that does not exist is NotFound, and its timeline is empty', async () => {
    const { deployments } = bench();
    await expect(deployments.read('d-0')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(deployments.record('d-0', () => null)).rejects.toMatchObject({ name: 'NotFound' });
    expect(await deployments.timeline('d-0')).toEqual([]);
  });
}
