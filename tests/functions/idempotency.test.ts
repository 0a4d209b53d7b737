import { contracts } from '../../src/api/all-contracts.ts';
import type { Contract } from '../../src/api/route/contract.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { httpRoute } from '../../src/functions/http-route.ts';
import type { Idempotency, StoredAnswer } from '../../src/ports/idempotency.ts';
import { aDeployment } from '../domain/a-deployment.ts';
import { anEvent } from './an-event.ts';

/**
 * The contract of the port in a map. That is enough for the wrapper, because the real stores have a suite of their own.
 */
function rememberedRequests(): Idempotency & { readonly lose: () => void; readonly loseClaim: () => void } {
  const claims = new Map<string, { requestHash: string; answer?: StoredAnswer }>();
  let lost = false;
  let isClaimLost = false;
  return {
    loseClaim: () => {
      isClaimLost = true;
    },
    lose: () => {
      lost = true;
    },
    async claim({ key, requestHash }) {
      const claim = claims.get(key);
      if (claim === undefined) {
        claims.set(key, { requestHash });
        if (isClaimLost) {
          isClaimLost = false;
          throw new SlipwayError('Transient', 'The answer was lost.');
        }
        return { claimed: true };
      }
      if (claim.requestHash !== requestHash) return { claimed: false, why: 'otherRequest' };
      return claim.answer
        ? { claimed: false, why: 'answered', answer: claim.answer }
        : { claimed: false, why: 'inProgress' };
    },
    async record({ key }, answer) {
      if (lost) throw new SlipwayError('Transient', 'The database is away.');
      const claim = claims.get(key);
      if (claim) claim.answer = answer;
    },
    async release({ key }) {
      claims.delete(key);
    },
  };
}

function deployRoute(operation: (run: number) => Promise<void> | void = () => {}) {
  let runs = 0;
  const idempotency = rememberedRequests();
  const handler = httpRoute(contracts.startDeployment, {
    ports: { idempotency, clock: { now: () => 0 } },
    operation: async () => {
      runs += 1;
      await operation(runs);
      return { outcome: 'opened' as const, deployment: aDeployment({ id: `d-${runs}` }) };
    },
    log: () => {},
  });
  const send = ({ key = 'k-1', version = '42', caller = 'ann' } = {}) =>
    handler(anEvent({ headers: { 'Idempotency-Key': key }, body: { service: 'checkout', version }, caller }));
  return { send, runs: () => runs, idempotency };
}

test('the same key with the same request gets the same answer, and is done once', async () => {
  const { send, runs } = deployRoute();
  const first = await send();
  const second = await send();
  expect(second).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } });
  expect(first).toMatchObject({ statusCode: 202, headers: { location: '/deployments/d-1' } });
  expect(runs()).toBe(1);
});

test('the same key with another request gets 422', async () => {
  const { send, runs } = deployRoute();
  await send({ version: '42' });
  expect(await send({ version: '43' })).toMatchObject({ statusCode: 422, body: expect.stringContaining('k-1') });
  expect(runs()).toBe(1);
});

test('a second request while the first is in progress gets 409 with Retry-After', async () => {
  const gate = Promise.withResolvers<void>();
  const { send } = deployRoute(() => gate.promise);
  const first = send();
  await Promise.resolve();
  expect(await send()).toMatchObject({ statusCode: 409, headers: { 'retry-after': '2' } });
  gate.resolve();
  expect(await first).toMatchObject({ statusCode: 202 });
});

test.each([
  ['Transient', 503],
  ['Broken', 500],
  ['Conflict', 409],
  ['NotFound', 404],
  ['InvalidRequest', 400],
  ['Forbidden', 403],
] as const)('after %s the key is free again, because the next try may succeed', async (name, statusCode) => {
  const { send, runs } = deployRoute((run) => {
    if (run === 1) throw new SlipwayError(name, 'Not now.');
  });
  expect(await send()).toMatchObject({ statusCode });
  expect(await send()).toMatchObject({ statusCode: 202 });
  expect(runs()).toBe(2);
});

test('a dry run changes nothing, so it looks again under the same key', async () => {
  let runs = 0;
  const handler = httpRoute(contracts.startDeployment, {
    ports: { idempotency: rememberedRequests(), clock: { now: () => 0 } },
    operation: async () => {
      runs += 1;
      return { outcome: 'dryRun' as const, findings: [], steps: [], unchanged: null };
    },
    log: () => {},
  });
  const body = { service: 'checkout', version: '42', dryRun: true };
  const send = () => handler(anEvent({ headers: { 'Idempotency-Key': 'k-1' }, body }));
  expect([(await send()).statusCode, (await send()).statusCode, runs]).toEqual([200, 200, 2]);
});

const isRetreat = (contract: Contract) => contract.isRetreat === true;

test('an abort and a rollback are the operations that do not wait for a key', () => {
  const retreats = Object.values<Contract>(contracts).filter(isRetreat);
  expect(retreats.map(({ name }) => name).sort()).toEqual(['abortDeployment', 'startRollback']);
});

test.each([
  ['another request has its key', async () => ({ claimed: false, why: 'inProgress' }) as const],
  [
    'the answer of its claim is lost',
    async () => {
      throw new SlipwayError('Transient', 'The database is away.');
    },
  ],
])('a retreat continues at once, also when %s', async (_what, claim) => {
  const handler = httpRoute(contracts.startRollback, {
    ports: { idempotency: { ...rememberedRequests(), claim }, clock: { now: () => 0 } },
    operation: async () => aDeployment({ id: 'd-1' }),
    log: () => {},
  });
  const body = { service: 'checkout', reason: 'it looks wrong' };
  expect(await handler(anEvent({ headers: { 'Idempotency-Key': 'k-1' }, body }))).toMatchObject({ statusCode: 202 });
});

test('a claim whose answer is lost is released, so that the repeat does not wait for it', async () => {
  const { send, runs, idempotency } = deployRoute();
  idempotency.loseClaim();
  expect(await send()).toMatchObject({ statusCode: 503 });
  expect(await send()).toMatchObject({ statusCode: 202 });
  expect(runs()).toBe(1);
});

test('an act that is done is answered as done, even when its answer cannot be stored', async () => {
  const { send, idempotency } = deployRoute();
  idempotency.lose();
  expect(await send()).toMatchObject({ statusCode: 202 });
});

test("one caller's key never finds another caller's answer", async () => {
  const { send, runs } = deployRoute();
  await send({ caller: 'ann' });
  expect((await send({ caller: 'bob' })).headers).not.toHaveProperty('idempotency-replayed');
  expect(runs()).toBe(2);
});

test.each(['', 'x'.repeat(256), 'naïve'])('the key %j gets 400', async (key) => {
  const { send, runs } = deployRoute();
  expect(await send({ key })).toMatchObject({ statusCode: 400 });
  expect(runs()).toBe(0);
});
