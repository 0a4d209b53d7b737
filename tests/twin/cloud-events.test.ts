import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultyDelays } from '../../src/twin/cloud/faults.ts';
import { busEvent } from '../../src/twin/events/bus-event.ts';
import { eventBus, type Listener } from '../../src/twin/events/event-bus.ts';
import { compilePattern } from '../../src/twin/events/event-pattern.ts';
import { rulesFromServerless } from '../../src/twin/events/event-rules.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';

const event = {
  source: 'aws.cloudwatch',
  account: '000000000000',
  resources: ['arn:one', 'arn:two'],
  detail: {
    alarmName: 'checkout-errors',
    state: { value: 'ALARM' },
    count: 7,
    flag: true,
    none: null,
    parts: [{ a: 1 }, { a: 2 }],
  },
};

test.each<[string, unknown, boolean]>([
  ['an exact value', { source: ['aws.cloudwatch'] }, true],
  ['another value', { source: ['aws.ec2'] }, false],
  ['one of several values', { source: ['aws.ec2', 'aws.cloudwatch'] }, true],
  ['all fields', { source: ['aws.cloudwatch'], account: ['1'] }, false],
  ['a nested field', { detail: { state: { value: ['ALARM'] } } }, true],
  ['a number, not its text', { detail: { count: ['7'] } }, false],
  ['a number', { detail: { count: [7] } }, true],
  ['true and null', { detail: { flag: [true], none: [null] } }, true],
  ['any value of an array', { resources: ['arn:two'] }, true],
  ['any object of an array', { detail: { parts: { a: [2] } } }, true],
  ['a prefix', { detail: { alarmName: [{ prefix: 'checkout-' }] } }, true],
  ['a suffix', { detail: { alarmName: [{ suffix: '-latency' }] } }, false],
  ['any case', { detail: { alarmName: [{ 'equals-ignore-case': 'CHECKOUT-errors' }] } }, true],
  ['anything but a value', { detail: { state: { value: [{ 'anything-but': 'OK' }] } } }, true],
  ['anything but a list', { detail: { state: { value: [{ 'anything-but': ['OK', 'ALARM'] }] } } }, false],
  ['anything but a prefix', { detail: { alarmName: [{ 'anything-but': { prefix: 'checkout' } }] } }, false],
  ['anything but, of a field that is not there', { detail: { absent: [{ 'anything-but': 'x' }] } }, false],
  ['a field that is there', { detail: { alarmName: [{ exists: true }] } }, true],
  ['a field that is not there', { detail: { absent: [{ exists: false }] } }, true],
  ['a field that should not be there', { detail: { alarmName: [{ exists: false }] } }, false],
  ['an object where a leaf is wanted', { detail: { state: [{ exists: true }] } }, false],
  ['a number in a range', { detail: { count: [{ numeric: ['>', 0, '<=', 7] }] } }, true],
  ['a number out of range', { detail: { count: [{ numeric: ['<', 7] }] } }, false],
  ['a text as a number', { detail: { alarmName: [{ numeric: ['>', 0] }] } }, false],
])('a pattern matches with %s', (_, pattern, wanted) => {
  expect(compilePattern(pattern)(event)).toBe(wanted);
});

test.each<[unknown, string]>([
  [{ source: 'aws.cloudwatch' }, '$.source'],
  [{ source: [] }, '$.source'],
  [{}, '$'],
  [{ source: [{ wildcard: 'aws.*' }] }, 'wildcard'],
  [{ $or: [{ source: ['a'] }] }, '$or'],
  [{ source: [{ prefix: 7 }] }, 'prefix'],
  [{ source: [{ exists: 'yes' }] }, 'exists'],
  [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'one word'],
  [{ source: [{ numeric: ['~', 1] }] }, 'numeric'],
  [{ source: [{ numeric: ['<'] }] }, 'numeric'],
])('the pattern %j is refused, and the message says where it is wrong', (pattern, words) => {
  expect(() => compilePattern(pattern)).toThrow(words);
});

const YAML = `
functions:
  remediateAlarm:
    handler: x.handler
    events:
      - eventBridge:
          pattern:
            source: [aws.cloudwatch]
            detail: { state: { value: [ALARM] } }
  settle:
    events:
      - schedule: rate(5 minutes)
      - eventBridge:
          eventBus: default
          pattern: { source: [aws.states], detail: { stateMachineArn: [!GetAtt Rollout.Arn, !Ref Rollback] } }
  audit:
    events:
      - eventBridge: { eventBus: !Ref Bus, pattern: { source: ['slipway-\${sls:stage}'] } }
      - eventBridge: { enabled: false, pattern: { source: [off] } }
      - eventBridge: { schedule: rate(1 minute) }
  plain:
    handler: y.handler
`;

test('the rules are those that serverless.yml declares', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-rules-'));
  const path = join(directory, 'serverless.yml');
  writeFileSync(path, YAML);
  const rules = rulesFromServerless(path, { 'sls:stage': 'dev' });
  expect(rules.map(({ functionKey, bus, pattern }) => ({ functionKey, bus, pattern }))).toEqual([
    {
      functionKey: 'remediateAlarm',
      bus: 'default',
      pattern: { source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } },
    },
    {
      functionKey: 'settle',
      bus: 'default',
      pattern: { source: ['aws.states'], detail: { stateMachineArn: ['Rollout.Arn', 'Rollback'] } },
    },
    { functionKey: 'audit', bus: 'slipway', pattern: { source: ['slipway-dev'] } },
  ]);
  expect(() => rulesFromServerless(path)).toThrow('sls:stage');
  rmSync(directory, { recursive: true });
});

test('a red alarm reaches the listener that the shipped serverless.yml names, and a green alarm does not', () => {
  const path = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
  const rules = rulesFromServerless(path, { 'self:service': 'slipway', 'sls:stage': 'dev' });
  const change = (value: string) =>
    busEvent({
      id: 'e-1',
      at: 0,
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      detail: { alarmName: 'any', state: { value } },
    });
  const listeners = (event: object) => rules.filter(({ matches }) => matches(event)).map((rule) => rule.functionKey);
  expect(listeners(change('ALARM'))).toEqual(['remediateAlarm']);
  expect(listeners(change('OK'))).toEqual([]);
  // The event came from another account to this bus. An alarm of the same name in another account says nothing about
  // the live version here.
  expect(listeners({ ...change('ALARM'), account: '111122223333' })).toEqual([]);
  expect(listeners({ ...change('ALARM'), region: 'us-west-2' })).toEqual([]);
});

const draft = { source: 'aws.states', 'detail-type': 'any', detail: { n: 1 } };

function busWith(listener: Listener, delays = () => [200] as readonly number[]) {
  const scheduler = virtualScheduler({ startAt: 0 });
  const rule = { functionKey: 'settle', pattern: {}, matches: compilePattern({ source: ['aws.states'] }) };
  const bus = eventBus({
    scheduler,
    random: seededRandom('bus'),
    rules: [{ ...rule, bus: 'default' }],
    delays,
    retryDelaysMs: [60_000, 120_000],
  });
  bus.bind('settle', listener);
  return { scheduler, bus };
}

test('a listener gets the events that match its rule, on its own bus, after the delay', async () => {
  const arrivals: number[] = [];
  const { scheduler, bus } = busWith(async () => void arrivals.push(scheduler.now()));
  bus.putEvent(draft);
  bus.putEvent({ ...draft, source: 'aws.ec2' });
  bus.putEvent(draft, 'slipway');
  expect(bus.inFlight()).toBe(1);
  await scheduler.advanceTo(1_000);
  expect(arrivals).toEqual([200]);
  expect(bus.inFlight()).toBe(0);
});

test('a listener that fails is tried twice more, and then the event is a dead letter', async () => {
  const arrivals: number[] = [];
  const { scheduler, bus } = busWith(async () => {
    arrivals.push(scheduler.now());
    throw new Error('no database');
  });
  const { id } = bus.putEvent(draft);
  await scheduler.advanceTo(600_000);
  expect(arrivals).toEqual([200, 60_200, 180_200]);
  expect(bus.deadLetters()).toMatchObject([{ functionKey: 'settle', event: { id }, because: 'no database' }]);
});

test('faulty deliveries arrive twice, late and out of order', async () => {
  const seen: unknown[] = [];
  const random = seededRandom('faulty');
  const delays = faultyDelays(() => [100], { duplicate: 0.3, late: 0.5, lateMaxMs: 5_000 });
  const { scheduler, bus } = busWith(
    async ({ detail }) => void seen.push(detail.n),
    () => delays(random),
  );
  for (let n = 0; n < 50; n += 1) bus.putEvent({ ...draft, detail: { n } });
  await scheduler.advanceTo(60_000);
  expect(seen.length).toBeGreaterThan(50);
  expect(new Set(seen).size).toBe(50);
  expect(seen).not.toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
});
