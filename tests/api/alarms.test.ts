import { parse } from 'yaml';
import { readServiceSpec } from '../../src/api/spec/service-spec.ts';
import { presentService } from '../../src/api/views/present.ts';
import type { DescribedAlarm } from '../../src/domain/service/described-alarm.ts';

const api = { name: 'api', target: { kind: 'lambda', function: 'shop-api' } };

function read(...alarms: unknown[]) {
  const found = readServiceSpec({ ...api, alarms });
  return found.ok ? { alarms: found.spec.alarms, described: found.spec.describedAlarms } : found.errors;
}

const minute = { minutes: 1 };

test.each<[string, object, DescribedAlarm]>([
  [
    'errors',
    { errorsAbove: '1 %', over: '1 minute' },
    { kind: 'errors', name: 'api-errors', abovePercent: 1, over: minute },
  ],
  [
    'errors without a space, and with a name',
    { errorsAbove: '0.5%', over: { minutes: 5 }, name: 'shop errors' },
    { kind: 'errors', name: 'shop errors', abovePercent: 0.5, over: { minutes: 5 } },
  ],
  [
    'server errors',
    { serverErrorsAbove: '2 %', over: '2 minutes' },
    { kind: 'serverErrors', name: 'api-server-errors', abovePercent: 2, over: { minutes: 2 } },
  ],
  [
    'latency',
    { latencyAbove: '800 ms', over: '2 minutes' },
    { kind: 'latency', name: 'api-latency', aboveMs: 800, percentile: 99, over: { minutes: 2 } },
  ],
  [
    'latency of another percentile',
    { latencyAbove: '1200.5 ms', percentile: 99.9, over: '60 minutes' },
    { kind: 'latency', name: 'api-latency', aboveMs: 1200.5, percentile: 99.9, over: { minutes: 60 } },
  ],
])('an alarm on %s can be described, and is in the list of alarms under its name', (_, alarm, described) => {
  expect(read('by-hand', alarm)).toEqual({ alarms: ['by-hand', described.name], described: [described] });
});

test('in YAML a description of an alarm has the words of a person', () => {
  const { alarms } = parse('alarms: [{ errorsAbove: 1 %, over: 1 minute }, { latencyAbove: 800 ms, over: 2 minutes }]');
  expect(read(...alarms)).toMatchObject({ alarms: ['api-errors', 'api-latency'] });
});

test('a spec that only names its alarms has no described alarms', () => {
  expect(readServiceSpec({ ...api, alarms: ['by-hand'] })).not.toHaveProperty('spec.describedAlarms');
});

test('an answer can be registered again, and gives the same spec', () => {
  const first = readServiceSpec({
    ...api,
    alarms: [
      'by-hand',
      { errorsAbove: '1%', over: '1 minute' },
      { serverErrorsAbove: '0.1 %', over: '3 minutes' },
      { latencyAbove: '800ms', over: '2 minutes', percentile: 95, name: 'slow' },
    ],
  });
  if (!first.ok) throw new Error('The spec is refused.');
  const { spec } = presentService({ name: 'api', spec: first.spec, revision: 1, updatedAt: 0, updatedBy: 'me' });
  expect(spec.alarms[0]).toBe('by-hand');
  expect(readServiceSpec(spec)).toEqual(first);
});

test.each<[string, unknown, string, RegExp]>([
  ['a share without its sign', { errorsAbove: 1, over: '1 minute' }, '/errorsAbove', /share is 1; .*example "1 %"/],
  ['a share of everything', { errorsAbove: '100 %', over: '1 minute' }, '/errorsAbove', /above 0 and below 100/],
  ['a share of nothing', { serverErrorsAbove: '0 %', over: '1 minute' }, '/serverErrorsAbove', /above 0 and below/],
  ['a latency without its unit', { latencyAbove: 800, over: '1 minute' }, '/latencyAbove', /is 800; .*"800 ms"/],
  ['a latency of nothing', { latencyAbove: '0 ms', over: '1 minute' }, '/latencyAbove', /above 0/],
  [
    'a percentile that no alarm is for',
    { latencyAbove: '8 ms', percentile: 10, over: '1 minute' },
    '/percentile',
    /is 10; write a number from 50 to 99.9/,
  ],
  ['no period', { errorsAbove: '1 %' }, '/over', /missing/],
  ['seconds', { errorsAbove: '1 %', over: '10 seconds' }, '/over', /measured by the minute, so write whole minutes/],
  ['an hour too many', { errorsAbove: '1 %', over: '61 minutes' }, '/over', /"60 minutes"/],
  ['a field too many', { errorsAbove: '1 %', over: '1 minute', sum: 1 }, '/sum', /no field "sum".*errorsAbove, over/],
  ['another kind of alarm', { throttlesAbove: '1 %', over: '1 minute' }, '', /write its name, or describe it/],
  ['an empty name', '', '', /write the name of a CloudWatch alarm/],
])('an alarm described by %s is refused with its pointer', (_, alarm, pointer, detail) => {
  expect(read(alarm)).toEqual([{ pointer: `/alarms/0${pointer}`, detail: expect.stringMatching(detail) }]);
});

test('two alarms that would get the same name are refused, with the next step', () => {
  const errors = { errorsAbove: '1 %', over: '1 minute' };
  expect(read('api-errors', errors)).toEqual([
    { pointer: '/alarms/1', detail: 'The alarm "api-errors" is named twice. Give this one a name of its own.' },
  ]);
  expect(read('a', 'b', 'a')).toEqual([
    { pointer: '/alarms/2', detail: 'The alarm "a" is named twice. Take one out.' },
  ]);
});
