import { specWarnings } from '../../src/domain/preflight/spec-warnings.ts';
import { aSpec } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

test('a service without an alarm is warned of, and only of that', () => {
  expect(specWarnings(aSpec({ alarms: [], watch: { minutes: 0 } }))).toMatchObject([
    { check: 'alarmsNamed', pointer: '/alarms' },
  ]);
});

test('a watch of 0 with an alarm is warned of', () => {
  expect(specWarnings(aSpec({ alarms: ['errors'], watch: { minutes: 0 } }))).toMatchObject([
    { check: 'watchIsSet', pointer: '/watch' },
  ]);
});

test('an alarm and a watch give no warning', () => {
  expect(specWarnings(aSpec({ alarms: ['errors'], watch: { minutes: 10 } }))).toEqual([]);
});

test('a judge that can decide nothing at the traffic of the rehearsal is warned of', () => {
  const strategy = [{ setWeight: 25 }, { bake: { minutes: 4 } }, { judge: {} }] as const;
  const spec = aSpec({ alarms: ['errors'], strategy, judge: aSequentialJudge() });
  expect(specWarnings({ ...spec, rehearsal: { handler: 'v1.mjs', requestsPerSecond: 0.5 } })).toMatchObject([
    { check: 'judgeDecides', pointer: '/judge', detail: expect.stringContaining('At 0.5 requests a second') },
  ]);
});
