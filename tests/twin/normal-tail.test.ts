import jstat from 'jstat';
import { normalQuantile } from '../../src/domain/verdict/normal-quantile.ts';
import { normalTail } from '../../src/twin/normal-tail.ts';

const { jStat } = jstat as unknown as typeof import('jstat');

test('the normal tail agrees with jstat to 1e-10', () => {
  for (let z = -8; z <= 8; z += 0.01) {
    expect(Math.abs(normalTail(z) - (1 - jStat.normal.cdf(z, 0, 1)))).toBeLessThan(1e-10);
  }
});

test('far out, the normal tail inverts the quantile to a relative error of 1e-12', () => {
  for (const share of [0.5, 0.1, 0.01, 1e-6, 1e-12, 1e-20, 1e-100]) {
    expect(normalTail(-normalQuantile(share)) / share).toBeCloseTo(1, 12);
  }
  expect([normalTail(50), normalTail(-50)]).toEqual([0, 1]);
});
