import fc from 'fast-check';
import { recomputed } from '../../src/domain/verdict/recompute.ts';
import { after, aPolicy, aRow, minutes } from './a-minute.ts';

test('what is recomputed minute by minute is, to the last bit, what came in order', () => {
  const counts = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(counts, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 99 }), (calls, alpha) => {
      const policy = aPolicy({ alpha: alpha / 100 });
      const rows = calls.map(([requests, errors], minute) => aRow(minute, [requests, errors]));
      for (const [index] of rows.entries()) {
        const known = rows.slice(0, index + 1);
        expect(recomputed(policy, known)).toEqual(after(policy, known));
      }
    }),
    { numRuns: 30 },
  );
});

test('rows that changed, or became fewer, are not mixed up with those before', () => {
  const rows = minutes(6, [100, 1]);
  const changed = rows.map((row, minute) => (minute === 0 ? aRow(0, [100, 7]) : row));

  recomputed(aPolicy(), rows);
  expect(recomputed(aPolicy(), changed)).toEqual(after(aPolicy(), changed));
  expect(recomputed(aPolicy(), rows.slice(0, 3))).toEqual(after(aPolicy(), rows.slice(0, 3)));
});

test('nor are policies, however many, and whatever is wrong with them', () => {
  const rows = minutes(3, [100, 1]);
  const policies = Array.from({ length: 300 }, (_, index) => aPolicy({ minimumRequests: index }));
  const wrong = [Number.NaN, Number.POSITIVE_INFINITY].map((alpha) => aPolicy({ alpha }));

  for (const policy of [...policies, ...wrong, ...policies]) {
    expect(recomputed(policy, rows).policy).toEqual(policy);
    expect(recomputed(policy, rows)).toEqual(after(policy, rows));
  }
});
