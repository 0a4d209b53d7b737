import fc from 'fast-check';
import { continued, recomputed, startOf } from '../../src/domain/verdict/recompute.ts';
import { after, aPolicy, aRow, aSeries, minutes } from './a-minute.ts';

test('a state that goes on period by period, or is recomputed, is to the last bit the state of the rows in order', () => {
  const counts = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 99 }), (calls, alpha) => {
      const policy = aPolicy({ alpha: alpha / 100 });
      const rows = calls.map(([requests, errors], minute) => aRow(minute, [requests, errors]));
      let reached = startOf(policy);
      for (const [index] of rows.entries()) {
        const known = rows.slice(0, index + 1);
        reached = continued(reached, known);
        expect(reached.state).toEqual(after(policy, known));
        expect(recomputed(policy, known)).toEqual(after(policy, known));
      }
    }),
    { numRuns: 30 },
  );
});

test('rows that changed, or became fewer, start again from the first row', () => {
  const rows = minutes(6, [100, 1]);
  const changed = rows.map((row, minute) => (minute === 0 ? aRow(0, [100, 7]) : row));

  const reached = continued(startOf(aPolicy()), rows);
  expect(continued(reached, changed).state).toEqual(after(aPolicy(), changed));
  expect(continued(reached, rows.slice(0, 3)).state).toEqual(after(aPolicy(), rows.slice(0, 3)));
});

test('a slow count that changed in one row starts again from the first row', () => {
  const slow = aSeries({ count: 0, name: 'slow', badRate: null });
  const policy = aPolicy({ metrics: [{ name: 'latency', weight: 1, series: [slow], observedOnly: false }] });
  const rowsWith = (slowAtFirst: readonly number[]) =>
    minutes(3, [100, 1]).map(({ canary, stable, ...row }, minute) => ({
      ...row,
      canary: { ...canary, slower: minute === 0 ? slowAtFirst : [9] },
      stable: { ...stable, slower: [90] },
    }));
  const reached = continued(startOf(policy), rowsWith([9]));

  for (const changed of [rowsWith([8]), rowsWith([9, 1])]) {
    expect(continued(reached, changed).state).toEqual(after(policy, changed));
  }
});
