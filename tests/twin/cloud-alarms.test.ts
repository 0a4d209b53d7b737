import { evaluateAlarm } from '../../src/twin/alarms/alarm-evaluation.ts';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { compilePattern } from '../../src/twin/events/event-pattern.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';

const SYMBOLS: Record<string, number | null> = { '-': null, '0': 0, X: 9 };
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;

function stateFor(row: string, rule: { m: number; treatMissingData: (typeof TREATMENTS)[number] }): string {
  const points = row.split(' ').map((symbol) => SYMBOLS[symbol] ?? null);
  const { state } = evaluateAlarm(
    {
      evaluationPeriods: 3,
      datapointsToAlarm: rule.m,
      threshold: 1,
      comparison: 'GreaterThanThreshold',
      treatMissingData: rule.treatMissingData,
    },
    // A state that no alarm has. It distinguishes "retain the current state" from every other result.
    { points, current: { state: 'KEPT' as 'OK', reason: '' } },
  );
  return state;
}

/** The rows are the two tables of the AWS page on missing data, and the two cases in the text below the tables. */
test.each([
  ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
  ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, ['INSUFFICIENT_DATA', 'KEPT', 'ALARM', 'OK']],
  ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', 3, ['ALARM', 'KEPT', 'ALARM', 'OK']],
  ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', 2, ['ALARM', 'KEPT', 'ALARM', 'OK']],
  ['- - - - X', 3, ['KEPT', 'KEPT', 'ALARM', 'OK']],
  ['- - - X -', 3, ['KEPT', 'KEPT', 'ALARM', 'OK']],
])('an alarm with points %s and %i of 3 gets the state that AWS documents', (row, m, wanted) => {
  expect(TREATMENTS.map((treatMissingData) => stateFor(row, { m, treatMissingData }))).toEqual(wanted);
});

test.each([
  ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
  ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
  ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
  ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
] as const)('the comparison %s decides whether a value on the threshold breaches', (comparison, wanted) => {
  const rule = {
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 5,
    comparison,
    treatMissingData: 'missing',
  } as const;
  const current = { state: 'INSUFFICIENT_DATA', reason: '' } as const;
  expect([4, 5, 6].map((point) => evaluateAlarm(rule, { points: [point], current }).state)).toEqual(wanted);
});

const STARTS_AT = Date.UTC(2030, 0, 1);
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;

function redWorld({ periodSeconds = 10, errorPercent = 50 } = {}) {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const events: unknown[] = [];
  const matches = compilePattern({ source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom(7),
    mode: 'virtual',
    metricsDelayMs: 1_000,
    delays: () => [200],
    rules: [{ functionKey: 'remediateAlarm', bus: 'default', pattern: {}, matches }],
    behaviours: { good: { errorPercent: 0, medianMs: 20, p99Ms: 80 }, bad: { errorPercent, medianMs: 20, p99Ms: 400 } },
  });
  cloud.bus.bind('remediateAlarm', async (event) => void events.push({ at: scheduler.now() - STARTS_AT, event }));
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: { s3: { bucket: 'code', key: 'good' } } });
  cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 100 });
  const put = (
    name: string,
    alarm: { metric: 'Errors' | 'ErrorRate' | 'DurationP99'; threshold: number; version?: string },
  ) =>
    cloud.alarms.putAlarm({
      name,
      metric: alarm.metric,
      dimensions: {
        FunctionName: 'checkout',
        Resource: 'checkout:live',
        ...(alarm.version === undefined ? {} : { ExecutedVersion: alarm.version }),
      },
      periodSeconds,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      threshold: alarm.threshold,
      comparison: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    });
  const shift = async (canaryPercent: number) => {
    const canary = await cloud.ports.versions.publish({
      target,
      artifact: { s3: { bucket: 'code', key: 'bad' } },
      deploymentId: 'd1',
    });
    const { revision } = await cloud.ports.traffic.read(target);
    await cloud.ports.traffic.setSplit({ target, stable: '1', canary, canaryPercent, revision });
  };
  return { cloud, scheduler, events, put, shift };
}

test('an alarm starts in INSUFFICIENT_DATA, becomes OK, and becomes red only after the second bad period', async () => {
  const { cloud, scheduler, events, put, shift } = redWorld();
  put('error-rate', { metric: 'ErrorRate', threshold: 1 });
  expect(cloud.alarms.list()[0]?.state).toBe('INSUFFICIENT_DATA');
  await scheduler.advanceTo(STARTS_AT + 30_000);
  expect(cloud.alarms.list()[0]?.state).toBe('OK');
  await shift(10);
  await scheduler.advanceTo(STARTS_AT + 50_999);
  expect(cloud.alarms.list()[0]?.state).toBe('OK');
  await scheduler.advanceTo(STARTS_AT + 51_000);
  expect(cloud.alarms.list()[0]).toMatchObject({ state: 'ALARM', changedAt: STARTS_AT + 51_000 });
  await scheduler.advanceTo(STARTS_AT + 60_000);
  expect(events).toHaveLength(1);
});

test('the event of a state change has the shape that CloudWatch gives it', async () => {
  const { scheduler, events, put, shift } = redWorld();
  put('errors', { metric: 'Errors', threshold: 0 });
  await shift(50);
  await scheduler.advanceTo(STARTS_AT + 30_000);
  expect(events).toEqual([
    {
      at: 21_200,
      event: {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-/),
        source: 'aws.cloudwatch',
        'detail-type': 'CloudWatch Alarm State Change',
        account: expect.any(String),
        region: expect.any(String),
        time: '2030-01-01T00:00:21Z',
        resources: [expect.stringMatching(/:alarm:errors$/)],
        detail: {
          alarmName: 'errors',
          state: {
            value: 'ALARM',
            reason: expect.stringMatching(/^Threshold Crossed/),
            reasonData: JSON.stringify({ version: '1.0', startDate: '2030-01-01T00:00:00.000+0000' }),
            timestamp: '2030-01-01T00:00:21.000+0000',
          },
          previousState: { value: 'OK', reason: expect.any(String), timestamp: '2030-01-01T00:00:01.000+0000' },
          configuration: { metrics: [expect.objectContaining({ returnData: true })] },
        },
      },
    },
  ]);
});

test('an alarm on one version does not see the calls of the other version', async () => {
  const { cloud, scheduler, put, shift } = redWorld();
  put('of-stable', { metric: 'Errors', threshold: 0, version: '1' });
  put('of-canary', { metric: 'Errors', threshold: 0, version: '2' });
  await shift(50);
  await scheduler.advanceTo(STARTS_AT + 60_000);
  expect(cloud.alarms.list().map(({ name, state }) => [name, state])).toEqual([
    ['of-canary', 'ALARM'],
    ['of-stable', 'OK'],
  ]);
});

test('a latency alarm compares the 99th percentile', async () => {
  const { cloud, scheduler, put, shift } = redWorld({ errorPercent: 0 });
  put('p99-of-stable', { metric: 'DurationP99', threshold: 150, version: '1' });
  put('p99-of-canary', { metric: 'DurationP99', threshold: 150, version: '2' });
  await shift(50);
  await scheduler.advanceTo(STARTS_AT + 60_000);
  expect(cloud.alarms.list().map(({ state }) => state)).toEqual(['ALARM', 'OK']);
});

test('a state that a caller sets by hand holds until the next evaluation', async () => {
  const { cloud, scheduler, events, put } = redWorld();
  put('errors', { metric: 'Errors', threshold: 0 });
  await scheduler.advanceTo(STARTS_AT + 12_000);
  cloud.alarms.setAlarmState({ name: 'errors', state: 'ALARM', reason: 'drill' });
  await scheduler.advanceTo(STARTS_AT + 13_000);
  expect(events).toHaveLength(1);
  await scheduler.advanceTo(STARTS_AT + 21_000);
  expect(cloud.alarms.list()[0]?.state).toBe('OK');
});

test('an alarm that can never become red, or does not exist, is refused', () => {
  const { cloud } = redWorld();
  const [alarm] = [
    { name: 'never', metric: 'Errors', dimensions: { FunctionName: 'checkout' }, periodSeconds: 60 } as const,
  ];
  const rule = { threshold: 0, comparison: 'GreaterThanThreshold', treatMissingData: 'missing' } as const;
  const impossible = { ...alarm, ...rule, evaluationPeriods: 1, datapointsToAlarm: 2 };
  expect(() => cloud.alarms.putAlarm(impossible)).toThrow('never be');
  expect(() => cloud.alarms.setAlarmState({ name: 'typo', state: 'OK', reason: '' })).toThrow('no alarm typo');
});

test('alarms that are deleted or closed send no more events', async () => {
  const { cloud, scheduler, events, put, shift } = redWorld();
  put('errors', { metric: 'Errors', threshold: 0 });
  put('others', { metric: 'ErrorRate', threshold: 0 });
  await shift(50);
  cloud.alarms.deleteAlarm('errors');
  expect(cloud.alarms.list().map(({ name }) => name)).toEqual(['others']);
  await cloud.close();
  await scheduler.advanceTo(STARTS_AT + 60_000);
  expect(events).toEqual([]);
});
