import { alarmDataFrom } from '../../src/domain/alarms/alarm-data.ts';

test('the oldest datapoint of an alarm starts when CloudWatch says that its data starts', () => {
  const data = { version: '1.0', startDate: '2026-01-05T09:59:00.000+0000', recentDatapoints: [9], threshold: 5 };
  expect(alarmDataFrom(JSON.stringify(data))).toBe(Date.UTC(2026, 0, 5, 9, 59));
});

test.each([undefined, '', 'set by hand', '{}', 'null', '[]', '{"startDate": 7}', '{"startDate": "yesterday"}'])(
  'the reason data %j has no time',
  (reasonData) => {
    expect(alarmDataFrom(reasonData)).toBeUndefined();
  },
);
