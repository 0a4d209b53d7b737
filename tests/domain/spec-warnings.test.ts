import { specWarnings } from '../../src/domain/preflight/spec-warnings.ts';

test('a service without an alarm is warned of, and only of that', () => {
  expect(specWarnings({ alarms: [], watch: { minutes: 0 } })).toMatchObject([
    { check: 'alarmsNamed', pointer: '/alarms' },
  ]);
});

test('a watch of 0 with an alarm is warned of', () => {
  expect(specWarnings({ alarms: ['errors'], watch: { minutes: 0 } })).toMatchObject([
    { check: 'watchIsSet', pointer: '/watch' },
  ]);
});

test('an alarm and a watch give no warning', () => {
  expect(specWarnings({ alarms: ['errors'], watch: { minutes: 10 } })).toEqual([]);
});
