import { rememberingStates } from '../../src/operations/judging/known-states.ts';
import { after, aPolicy, aRow, minutes } from '../domain/a-minute.ts';

test('a remembered state is, to the last bit, the state of all rows, whether rows were added, changed or taken away', () => {
  const stateOf = rememberingStates();
  const rows = minutes(6, [100, 1]);
  const changed = rows.map((row, minute) => (minute === 0 ? aRow(0, [100, 7]) : row));

  for (const given of [rows.slice(0, 5), rows, rows, changed, rows.slice(0, 3)]) {
    expect(stateOf(aPolicy(), given)).toEqual(after(aPolicy(), given));
  }
});

test('a look without a new row answers with the state of the look before', () => {
  const stateOf = rememberingStates();
  const rows = minutes(6, [100, 1]);

  expect(stateOf(aPolicy(), rows)).toBe(stateOf(aPolicy(), rows));
});

test('policies are not mixed up with each other, however many there are and whatever is wrong with them', () => {
  const stateOf = rememberingStates();
  const rows = minutes(3, [100, 1]);
  const policies = Array.from({ length: 300 }, (_, index) => aPolicy({ minimumRequests: index }));
  const wrong = [Number.NaN, Number.POSITIVE_INFINITY].map((alpha) => aPolicy({ alpha }));

  for (const policy of [...policies, ...wrong, ...policies]) {
    expect(stateOf(policy, rows).policy).toEqual(policy);
    expect(stateOf(policy, rows)).toEqual(after(policy, rows));
  }
});
