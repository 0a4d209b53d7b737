import {
  drawVersion,
  latencySigma,
  loadAt,
  SAME,
  SHARES_ABOVE,
  shareAbove,
} from '../../src/rehearse/model/draw-period.ts';
import { DEFAULT_MODEL } from '../../src/rehearse/model/service-model.ts';
import { seededRandom } from '../../src/twin/random.ts';

const MINUTES = 2_000;
const REQUESTS = 10_000;

function meansOf(order: Partial<Parameters<typeof drawVersion>[1]>) {
  const random = seededRandom('minutes');
  const sums = { errors: 0, slower: [0, 0, 0] };
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const drawn = drawVersion(random, {
      model: DEFAULT_MODEL,
      requests: REQUESTS,
      harm: SAME,
      outageFactor: 1,
      ...order,
    });
    sums.errors += drawn.errors;
    sums.slower = sums.slower.map((sum, index) => sum + (drawn.slower[index] ?? 0));
  }
  const share = (count: number) => count / MINUTES / REQUESTS;
  return { errors: share(sums.errors), slower: sums.slower.map(share) };
}

test('errors and slow requests of stable have the shares that the model gives', () => {
  const { errors, slower } = meansOf({});
  expect(errors).toBeCloseTo(0.005, 4);
  for (const [index, share] of SHARES_ABOVE.entries())
    expect(Math.abs((slower[index] ?? 0) / share - 1)).toBeLessThan(0.02);
});

test('a harm and an outage multiply the errors, and a slower version has more requests above each latency', () => {
  expect(meansOf({ harm: { errorFactor: 3, latencyFactor: 1 }, outageFactor: 10 }).errors).toBeCloseTo(0.15, 3);
  const slowness = 1.5;
  const { slower } = meansOf({ harm: { errorFactor: 1, latencyFactor: slowness } });
  for (const [index, share] of SHARES_ABOVE.entries()) {
    const wanted = shareAbove(share, { slowness, sigma: latencySigma(DEFAULT_MODEL) });
    expect(Math.abs((slower[index] ?? 0) / wanted - 1)).toBeLessThan(0.02);
  }
});

test('a period never has more errors than requests', () => {
  expect(meansOf({ harm: { errorFactor: 150, latencyFactor: 1 }, outageFactor: 10 }).errors).toBe(1);
});

test('the load of a day has its mean, and its peak in the afternoon', () => {
  const hours = Array.from({ length: 24 }, (_, hour) => loadAt(hour, { swingPercent: 30 }));
  expect(hours.reduce((sum, load) => sum + load, 0) / 24).toBeCloseTo(1, 12);
  expect(hours.indexOf(Math.max(...hours))).toBe(15);
  expect(Math.max(...hours)).toBeCloseTo(1.3, 12);
});
