import { answerOnce } from '../../src/functions/idempotent.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';

test('an answer that comes late is not stored for the request that has the key now', async () => {
  let now = 1_000_000;
  const clock = { now: () => now };
  const { idempotency } = rehearsalLedger({ clock } as never);
  const ports = { idempotency, clock };
  const ask = (content: string, run: () => Promise<{ status: number; body: unknown }>) =>
    answerOnce({ ports, run: run as never }, { key: 'k', by: 'ada', content, requestId: 'r', isRetreat: false });
  let end = () => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const slow = ask('POST /one', async () => {
    await held;
    return { status: 202, body: 'one' };
  });
  await new Promise((r) => setTimeout(r, 5));
  now += 6_000;
  // The repeated request is refused, and releases the key.
  await ask('POST /one', async () => ({ status: 409, body: 'no' }));
  let endTwo = () => {};
  const heldTwo = new Promise<void>((resolve) => {
    endTwo = resolve;
  });
  const two = ask('POST /two', async () => {
    await heldTwo;
    return { status: 503, body: 'two' };
  });
  await new Promise((r) => setTimeout(r, 5));
  end();
  await slow;
  endTwo();
  await two;
  expect(await ask('POST /two', async () => ({ status: 200, body: 'two' }))).toMatchObject({ body: 'two' });
});
