/**
 * The contract of turns at Lambda's control plane: ten calls for each second, whoever claims them. The unused calls of
 * the last second may be made at once.
 */
import type { Turns } from '../../src/ports/turns.ts';
import type { Bench } from './store-contract.ts';
import { NOON } from './store-samples.ts';

const HOUR_MS = 3_600_000;

export function turnsContract(bench: () => Bench): void {
  const claim = (claimant: string, { calls = 1, withinMs = HOUR_MS } = {}): ReturnType<Turns['claim']> =>
    bench().turns.claim({ claimant, calls, withinMs });

  test('the first claim of a quiet moment has its turn at once', async () => {
    expect(await claim('a', { calls: 3 })).toEqual({ claimed: true, at: NOON - 700 });
  });

  test('ten calls may be made at once, and then one for each tenth of a second', async () => {
    expect(await claim('a', { calls: 10 })).toEqual({ claimed: true, at: NOON });
    expect((await claim('b')).at).toBeGreaterThan(NOON);
    bench().clock.set(NOON + 2_000);
    expect((await claim('c', { calls: 10 })).at).toBe(NOON + 2_000);
  });

  test('a claimant that comes back has its turn kept, until 8 seconds after it', async () => {
    await claim('a', { calls: 10 });
    const { at } = await claim('b', { calls: 3 });
    expect(at).toBeGreaterThanOrEqual(NOON + 300);
    expect(await claim('b', { calls: 3 })).toEqual({ claimed: true, at });
    bench().clock.set(at + 9_000);
    expect((await claim('b', { calls: 3 })).at).toBeGreaterThan(at + 8_000);
  });

  test('forty claimants at one moment get a turn each, and no second has more than ten calls', async () => {
    const { turns } = bench();
    const claimed = await Promise.all(
      Array.from({ length: 40 }, (_, nth) =>
        turns.claim({ claimant: `d-${nth}`, calls: 1 + (nth % 3), withinMs: HOUR_MS }),
      ),
    );
    expect(claimed.every((turn) => turn.claimed)).toBe(true);
    const calls = claimed.flatMap(({ at }, nth) => Array.from({ length: 1 + (nth % 3) }, (_, call) => at - call * 100));
    expect(new Set(calls).size).toBe(calls.length);
    expect(calls.every((at) => at > NOON - 1_000 && at % 100 === 0)).toBe(true);
  });

  test('a turn that is further ahead than the claimant would wait is not claimed', async () => {
    for (const claimant of ['a', 'b', 'c', 'd']) await claim(claimant, { calls: 10 });
    const refused = await claim('e', { withinMs: 0 });
    expect(refused.claimed).toBe(false);
    expect(refused.at).toBeGreaterThan(NOON);
    bench().clock.set(NOON + HOUR_MS);
    expect(await claim('e', { withinMs: 0 })).toMatchObject({ claimed: true });
  });

  test('no turn is claimed further ahead than three minutes', async () => {
    for (let nth = 0; nth < 130; nth += 1) await claim(`d-${nth}`, { calls: 16 });
    const refused = await claim('late', { calls: 16 });
    expect(refused).toMatchObject({ claimed: false });
    expect(refused.at).toBeGreaterThan(NOON + 150_000);
  });

  test('past turns are deleted, and future turns are kept', async () => {
    const { turns, clock } = bench();
    await claim('a', { calls: 10 });
    const { at } = await claim('b');
    clock.set(at + 1_000);
    await turns.sweep();
    clock.set(NOON);
    expect(await claim('b')).toEqual({ claimed: true, at });
    clock.set(NOON + HOUR_MS);
    await turns.sweep();
    clock.set(NOON);
    expect(await claim('a', { calls: 10 })).toEqual({ claimed: true, at: NOON });
  });
}
