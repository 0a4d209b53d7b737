import { alarmsNow, alarmsUnknown } from '../../src/domain/alarms/alarm-now.ts';
import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import { aSpec } from './a-deployment.ts';

const spec = aSpec({ alarms: ['errors', 'latency'] });
const reading = (change: Partial<AlarmReading>): AlarmReading => ({
  name: 'errors',
  state: 'OK',
  metric: null,
  changedAt: 7,
  ...change,
});
const now = (change: Partial<AlarmReading>, ignoredAlarms: readonly string[] = []) =>
  alarmsNow({ spec, ignoredAlarms }, [reading(change)])[0];

test("an alarm has CloudWatch's own reason, and the time since when it holds", () => {
  const reason = 'Threshold Crossed: 1 datapoint [9.0] was greater than the threshold (2.0)';
  expect(now({ state: 'ALARM', reason })).toEqual({ name: 'errors', state: 'alarm', because: `${reason}.`, since: 7 });
});

test.each([
  ['OK', 'ok', 'CloudWatch finds nothing wrong.'],
  ['ALARM', 'alarm', 'CloudWatch says that it is red, and gives no reason.'],
  ['INSUFFICIENT_DATA', 'insufficientData', 'CloudWatch has too little data to judge it.'],
] as const)('an alarm in the state %s without a reason has one in words', (state, shown, because) => {
  expect(now({ state, reason: '' })).toMatchObject({ state: shown, because });
  expect(now({ state })).toMatchObject({ state: shown, because });
});

test('an alarm that does not exist is missing, with the next step', () => {
  expect(alarmsNow({ spec, ignoredAlarms: [] }, [reading({})])[1]).toEqual({
    name: 'latency',
    state: 'missing',
    because: 'CloudWatch has no alarm of this name here. Create the alarm, or correct its name in the spec.',
    since: null,
  });
});

test('a green alarm that is not evaluated says that its state is no evidence, and a red one needs no such note', () => {
  const silence = 'is not evaluated (EVALUATION_ERROR)';
  expect(now({ reason: 'Fine', silence })?.because).toBe(
    'Fine. It is not evaluated (EVALUATION_ERROR), so this state says nothing.',
  );
  expect(now({ state: 'ALARM', reason: 'Red', silence })?.because).toBe('Red.');
});

test('an alarm that a hotfix ignores says so', () => {
  expect(now({ state: 'ALARM', reason: 'Red' }, ['errors'])?.because).toBe(
    'Red. It was red before this hotfix, so it does not count against it.',
  );
});

test('without an answer of CloudWatch each alarm is unknown, with the reason', () => {
  expect(alarmsUnknown({ spec }, 'CloudWatch throttles')).toEqual([
    { name: 'errors', state: 'unknown', because: 'CloudWatch throttles.', since: null },
    { name: 'latency', state: 'unknown', because: 'CloudWatch throttles.', since: null },
  ]);
});
