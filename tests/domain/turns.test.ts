import { chooseTurn, nextMoments, TURN_AHEAD_MS, type TurnView, turnFrom } from '../../src/domain/deployment/turns.ts';
import { unitFrom } from '../../src/domain/jitter.ts';

const NOW = 1_000_000;
const rate = { callsPerSecond: 10, now: NOW };

function view(change: Partial<TurnView> = {}): TurnView {
  const order = { claimant: 'me', calls: 3, withinMs: TURN_AHEAD_MS };
  return { ...rate, order, claims: [], choices: 1, pick: () => 0, ...change };
}
const held = (claimant: string, ...moments: number[]) => moments.map((at) => ({ at, claimant }));

test('the calls that were saved within the last second come first, a tenth of a second apart', () => {
  expect(nextMoments(rate, 3)).toEqual([NOW - 900, NOW - 800, NOW - 700]);
  expect(chooseTurn(view())).toEqual({ claim: [NOW - 900, NOW - 800, NOW - 700], release: [] });
});

test('a gap that is too small for all calls is left to others', () => {
  const claims = held('other', NOW - 700, NOW - 600);
  expect(chooseTurn(view({ claims }))).toMatchObject({ claim: [NOW - 500, NOW - 400, NOW - 300] });
});

test('a stored claim is found, and a claim that is cut in two is returned', () => {
  const claims = held('me', NOW + 100, NOW + 500, NOW + 600, NOW + 700);
  expect(chooseTurn(view({ claims }))).toEqual({ turn: { claimed: true, at: NOW + 700 }, release: [NOW + 100] });
});

test('a turn is not claimed when its last call is further ahead than the claimant would wait', () => {
  const claims = held('other', ...Array.from({ length: 40 }, (_, nth) => NOW - 900 + nth * 100));
  const order = { claimant: 'me', calls: 3, withinMs: 3_000 };
  expect(chooseTurn(view({ claims, order }))).toEqual({ turn: { claimed: false, at: NOW + 3_300 }, release: [] });
  const patient = { ...order, withinMs: 3_300 };
  expect(chooseTurn(view({ claims, order: patient }))).toMatchObject({
    claim: [NOW + 3_100, NOW + 3_200, NOW + 3_300],
  });
});

test.each([1, 3, 7, 10, 14])('at %d calls a second, no moment is given twice and none is early', (callsPerSecond) => {
  const claims: { at: number; claimant: string }[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    const order = { claimant: `d-${nth}`, calls: 1 + (nth % 4), withinMs: TURN_AHEAD_MS };
    const choice = chooseTurn(view({ callsPerSecond, claims, order }));
    if (!('claim' in choice)) throw new Error('There was room.');
    claims.push(...choice.claim.map((at) => ({ at, claimant: order.claimant })));
  }
  const moments = claims.map(({ at }) => at);
  expect(new Set(moments).size).toBe(moments.length);
  // Any second from now on has as many moments as calls, plus once the calls that were saved.
  const within = moments.filter((at) => at > NOW && at <= NOW + 2_000);
  expect(within.length).toBeLessThanOrEqual(2 * callsPerSecond + 1);
});

test('texts that differ in one letter are spread over the whole unit', () => {
  const units = Array.from({ length: 1_000 }, (_, nth) => unitFrom(`dep-${nth} 1772366400000`));
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = units.filter((unit) => Math.floor(unit * 10) === tenth).length;
    expect(share).toBeGreaterThan(60);
    expect(share).toBeLessThan(150);
  }
});

test('a turn without a call is due already', () => {
  expect(turnFrom([])).toEqual({ claimed: true, at: Number.NEGATIVE_INFINITY });
});
