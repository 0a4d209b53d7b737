import type { WatchedMetric } from '../../src/domain/alarms/alarm-match.ts';
import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import type { CallersFact, Trigger } from '../../src/domain/lambda/callers.ts';
import { judgePreflight, type PreflightFacts } from '../../src/domain/preflight/preflight.ts';
import type { CallerFact } from '../../src/domain/preflight/unseen-errors.ts';
import { aSpec } from './a-deployment.ts';
import { good, quiet } from './a-preflight.ts';

const api: CallerFact = { kind: 'permission', from: 'apigateway.amazonaws.com', source: 'arn:aws:execute-api:x' };
const balancer: CallerFact = { kind: 'permission', from: 'elasticloadbalancing.amazonaws.com', source: null };
const lattice: CallerFact = { kind: 'permission', from: 'vpc-lattice.amazonaws.com', source: null };
const url: CallerFact = { kind: 'url', from: 'url', source: 'https://x.lambda-url.eu-west-1.on.aws/' };
const bus: CallerFact = { kind: 'permission', from: 'events.amazonaws.com', source: null };
const mapping = (from: string, source: string | null): CallerFact => ({ kind: 'mapping', from, source });
const jobs = mapping('sqs', 'arn:aws:sqs:eu-west-1:111122223333:jobs');
const orders = mapping('kinesis', 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders');

const dimensions = { FunctionName: 'checkout' };
const on = (...metrics: WatchedMetric[]): AlarmReading => ({ ...quiet, watched: { metrics, queries: [] } });
const errors = on({ namespace: 'AWS/Lambda', name: 'Errors', dimensions });
const serverErrors = on({ namespace: 'Slipway/Services', name: 'ServerErrors', dimensions });
const sequential = { kind: 'mann-whitney', metrics: ['errorRatePercent'] } as const;

const calledBy = (triggers: readonly CallerFact[], countsServerErrors?: boolean): CallersFact => {
  const ofAlias = triggers.map((trigger): Trigger => ({ ...trigger, calledAs: 'live', id: 'one' }));
  return { triggers: ofAlias, calls: null, unread: [], countsServerErrors };
};

interface Case {
  readonly triggers: readonly CallerFact[];
  readonly counts?: boolean | undefined;
  readonly alarms?: readonly AlarmReading[];
  readonly children?: readonly AlarmReading[];
  readonly spec?: PreflightFacts['spec'];
}
function seen({ triggers, counts: countsServerErrors = false, alarms = [errors], children, spec = good.spec }: Case) {
  const callers = calledBy(triggers, countsServerErrors);
  return judgePreflight({ ...good, spec, alarms, children, callers }).filter(({ check }) => check === 'errorsAreSeen');
}

test.each<[string, CallerFact]>([
  ['an API', api],
  ['a load balancer', balancer],
  ['a service network', lattice],
  ['a function URL', url],
])('a function behind %s that is judged only by Errors is a finding, with two next steps', (who, trigger) => {
  const [found, ...others] = seen({ triggers: [bus, trigger] });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ severity: 'warning', subject: 'checkout:live' });
  expect(found?.detail).toContain(`Function checkout is behind ${who}, and Lambda does not count`);
  expect(found?.detail).toMatch(/copy a wrapper from examples\/adopt\/wrappers/);
  expect(found?.detail).toMatch(/alarms: \[\{ errorsAbove: 1 %, over: 1 minute \}\]/);
});

test('a function that counts its server errors still needs an alarm on them when only alarms judge', () => {
  const [found] = seen({ triggers: [api], counts: true });
  expect(found?.detail).not.toMatch(/copy a wrapper/);
  expect(found?.detail).toMatch(/Alarm on them/);
  expect(seen({ triggers: [api], counts: true, alarms: [serverErrors] })).toEqual([]);
  expect(seen({ triggers: [api], counts: true, spec: aSpec({ judge: sequential }) })).toEqual([]);
});

test('an alarm on server errors without a count sees nothing, and the finding asks only for the wrapper', () => {
  const [found] = seen({ triggers: [api], alarms: [serverErrors], spec: aSpec({ judge: sequential }) });
  expect(found?.detail).toMatch(/copy a wrapper/);
  expect(found?.detail).not.toMatch(/Alarm on them/);
});

test.each<[string, AlarmReading]>([
  ['of the API', on({ namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiId: 'x' } })],
  ['of the function URL', on({ namespace: 'AWS/Lambda', name: 'Url5xxCount', dimensions })],
  ['on a filter of the log', { ...quiet, metric: { namespace: 'Shop', dimensions: {} } }],
  ['on the log itself', { ...quiet, metric: null }],
])('an alarm %s sees a status of 500, so there is no finding', (_, alarm) => {
  expect(seen({ triggers: [api], alarms: [alarm] })).toEqual([]);
});

test('the check looks at the alarms in the rule of a composite alarm', () => {
  const composite: AlarmReading = { ...quiet, children: ['one'] };
  const child = on({ namespace: 'AWS/ApiGateway', name: '5xx', dimensions: {} });
  expect(seen({ triggers: [api], alarms: [composite], children: [{ ...child, name: 'one' }] })).toEqual([]);
  expect(seen({ triggers: [api], alarms: [composite], children: [{ ...errors, name: 'one' }] })).toHaveLength(1);
  expect(
    seen({ triggers: [api], alarms: [{ ...quiet, metric: { namespace: 'AWS/Lambda', dimensions } }] }),
  ).toHaveLength(1);
});

test('a function that reads a queue gets a finding about returned messages, and the alarm that sees them', () => {
  const [found, ...others] = seen({ triggers: [jobs] });
  expect(others).toEqual([]);
  expect(found?.detail).toMatch(/reads the queue jobs\. .*batchItemFailures.*no metric says so by version/);
  expect(found?.detail).toMatch(/Alarm on ApproximateAgeOfOldestMessage/);
  const age = on({ namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName: 'jobs' } });
  expect(seen({ triggers: [jobs], alarms: [errors, age] })).toEqual([]);
});

test('a function that reads a stream gets a finding about the age of its records', () => {
  const [found] = seen({ triggers: [orders] });
  expect(found?.detail).toMatch(/reads the stream orders\. .*Alarm on IteratorAge/);
  const [kafka] = seen({ triggers: [mapping('kafka', null)] });
  expect(kafka?.detail).toMatch(/reads the stream kafka\. .*Alarm on OffsetLag/);
  expect(
    seen({ triggers: [orders], alarms: [on({ namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions })] }),
  ).toEqual([]);
});

test('a mapping that is switched off reads no messages', () => {
  expect(seen({ triggers: [{ ...jobs, isOff: true }] })).toEqual([]);
});

test('a function that was not looked at, one that a bus calls, and a workload have no finding', () => {
  expect(seen({ triggers: [bus] })).toEqual([]);
  const unknown = judgePreflight({ ...good, alarms: [errors], callers: calledBy([api]) });
  expect(unknown.filter(({ check }) => check === 'errorsAreSeen')).toEqual([]);
});
