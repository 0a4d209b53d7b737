import { SlipwayError } from '../../src/domain/errors.ts';
import { AT_ONCE, type PersistentlyOrder, persistently, WAY_BACK } from '../../src/domain/persistently.ts';

/** Fails so many times, each time with an error that says which call it was, and then answers with the number of the call. */
function failing(times: number, details = {}) {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new SlipwayError('Transient', `call ${calls}`, { details });
    return calls;
  };
}

/** Time that passes only while somebody waits; each wait is drawn as half of what it may be. */
function aTime() {
  const waits: number[] = [];
  let at = 1_000;
  return {
    waits,
    now: () => at,
    sleep: async (ms: number) => {
      waits.push(ms);
      at += ms;
    },
    uniform: () => 0.5,
  };
}

const always = { isWorthAnother: () => true };

test('a call that fails is made again, and each wait may be twice as long as the one before, up to the longest', async () => {
  const { waits, ...time } = aTime();
  const order = { tries: 9, delayMs: 100, delayMsMax: 500, ...always, ...time };
  expect(await persistently(order, failing(4))).toBe(5);
  expect(waits).toEqual([50, 100, 200, 250]);
});

test('without chance each wait has its whole length', async () => {
  const { waits, sleep } = aTime();
  expect(await persistently({ tries: 4, delayMs: 100, delayMsMax: 500, ...always, sleep }, failing(3))).toBe(4);
  expect(waits).toEqual([100, 200, 400]);
});

test.each([1, 3])(
  'after %i calls it is over, with the error of the last one and without another wait',
  async (tries) => {
    const { waits, ...time } = aTime();
    const order = { tries, delayMs: 100, delayMsMax: 500, ...always, ...time };
    await expect(persistently(order, failing(99))).rejects.toThrow(`call ${tries}`);
    expect(waits).toHaveLength(tries - 1);
  },
);

test('an error that is not worth another call is thrown at once', async () => {
  const { waits, ...time } = aTime();
  const isWorthAnother = (error: unknown) => error instanceof Error && error.message === 'call 1';
  const order: PersistentlyOrder = { tries: 9, delayMs: 100, delayMsMax: 500, isWorthAnother, ...time };
  await expect(persistently(order, failing(99))).rejects.toThrow('call 2');
  expect(waits).toHaveLength(1);
});

test('a call that lost against another writer is made again without a wait', async () => {
  expect(await persistently({ tries: 3, ...AT_ONCE, ...always }, failing(2))).toBe(3);
});

test('the way back is repeated while it is throttled, for its time and once more', async () => {
  const { waits, ...time } = aTime();
  await expect(persistently({ ...WAY_BACK, ...time }, failing(99, { throttled: true }))).rejects.toThrow('call');
  const waited = waits.reduce((sum, wait) => sum + wait, 0);
  expect(waited).toBeGreaterThanOrEqual(WAY_BACK.forMs);
  expect(waited - (waits.at(-1) ?? 0)).toBeLessThan(WAY_BACK.forMs);
});

test('the way back does not repeat what is no throttle', async () => {
  await expect(persistently({ ...WAY_BACK, ...aTime() }, failing(99))).rejects.toThrow('call 1');
});

test('without time there is one call', async () => {
  const { waits, ...time } = aTime();
  const order = { ...WAY_BACK, ...time, forMs: 0 };
  await expect(persistently(order, failing(99, { throttled: true }))).rejects.toThrow('call 1');
  expect(waits).toEqual([]);
});
