import { type AlarmReading, judgePreflight, type PreflightFacts, targetName } from '../../src/domain/preflight.ts';
import type { KubernetesTarget } from '../../src/domain/service-spec.ts';
import { aSpec, OPENED_AT } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const ROLE = 'arn:aws:iam::111122223333:role/checkout';
const quiet: AlarmReading = { name: 'checkout-errors', state: 'OK', metric: null, changedAt: OPENED_AT };
const live = { stable: '41', canaryPercent: 0, provisionedConcurrency: 0 };
const good: PreflightFacts = {
  spec: aSpec(),
  live,
  stableVersion: { version: '41', roleArn: ROLE },
  wanted: { version: '42', roleArn: ROLE },
  wantedName: '42',
  alarms: [quiet],
  hotfix: false,
  isFirst: false,
};
const metric = (dimensions: Record<string, string>, namespace = 'AWS/Lambda'): AlarmReading => ({
  ...quiet,
  metric: { namespace, dimensions },
});
const error = (check: string, detail: RegExp) => ({ severity: 'error', check, detail: expect.stringMatching(detail) });

describe('an alarm with its actions off', () => {
  const muted: AlarmReading = { ...quiet, actionsEnabled: false };
  const other: AlarmReading = { ...quiet, name: 'checkout-latency', actionsEnabled: true };
  const both = aSpec({ alarms: ['checkout-errors', 'checkout-latency'] });
  const threshold = {
    kind: 'threshold',
    rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
    ...{ failWhenAtLeast: 1, ofLastPeriods: 3, periodSeconds: 60 as const, minimumRequests: 10 },
  } as const;

  test.each<[string, Partial<PreflightFacts>, 'error' | 'warning']>([
    ['an error when no other alarm judges the service', { alarms: [muted] }, 'error'],
    ['a warning beside an alarm that is heard', { spec: both, alarms: [muted, other] }, 'warning'],
    ['a warning beside a judge with metrics', { spec: aSpec({ judge: threshold }), alarms: [muted] }, 'warning'],
    ['a warning for a hotfix', { alarms: [muted], hotfix: true }, 'warning'],
  ])('is %s', (_what, facts, severity) => {
    const findings = judgePreflight({ ...good, ...facts });
    const detail = expect.stringContaining('has its actions off or suppressed');
    expect(findings).toEqual([{ severity, check: 'alarmIsHeard', subject: 'checkout-errors', detail }]);
  });
});

test('a deployment with nothing in its way has no findings', () => {
  expect(judgePreflight(good)).toEqual([]);
  expect(targetName(good.spec.target)).toBe('checkout:live');
});

test.each<[string, Partial<PreflightFacts>, object]>([
  ['the alias does not exist', { live: null }, error('targetExists', /no function with alias checkout:live. Create/)],
  [
    'the alias is split for somebody else',
    { live: { ...live, canaryPercent: 20 } },
    error('targetIsWhole', /20 % on a second version\), and not for Slipway/),
  ],
  [
    'provisioned concurrency excludes a weighted alias',
    { live: { ...live, provisionedConcurrency: 5 } },
    error('noProvisionedConcurrency', /has provisioned concurrency \(5\)/),
  ],
  ['the version does not exist', { wanted: 'missing' }, error('versionExists', /Version 42 does not exist/)],
  [
    'the version is live already',
    { wanted: { version: '41', roleArn: ROLE } },
    error('versionIsNew', /There is nothing to deploy/),
  ],
  [
    'the versions have different roles',
    { wanted: { version: '42', roleArn: `${ROLE}-2` } },
    error('sameRole', /need the same role. Publish it with the live role/),
  ],
  ['an alarm does not exist', { alarms: [] }, error('alarmExists', /Alarm checkout-errors does not exist/)],
  [
    'an alarm has no data',
    { alarms: [{ ...quiet, state: 'INSUFFICIENT_DATA' }] },
    error('alarmHasData', /cannot fire. Check its dimensions/),
  ],
  [
    'an alarm is red already',
    { alarms: [{ ...quiet, state: 'ALARM' }] },
    error('alarmIsQuiet', /repeat it with "hotfix": true/),
  ],
  [
    'an alarm watches another function',
    { alarms: [metric({ FunctionName: 'basket' })] },
    error('alarmMatchesTarget', /watches basket, not checkout/),
  ],
  [
    'an alarm watches all functions',
    { alarms: [metric({})] },
    error('alarmMatchesTarget', /watches all functions, not checkout/),
  ],
  [
    'an alarm watches another alias',
    { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:beta' })] },
    error('alarmMatchesTarget', /watches checkout:beta, not checkout:live/),
  ],
])('refused: %s', (_what, facts, finding) => {
  expect(judgePreflight({ ...good, ...facts })).toEqual([expect.objectContaining(finding)]);
});

test.each<[string, Partial<PreflightFacts>]>([
  ['a version that is published only later', { wanted: null, wantedName: null }],
  ['a stable version that is not known', { stableVersion: null }],
  ['an alarm on the function', { alarms: [metric({ FunctionName: 'checkout' })] }],
  ['an alarm on the alias', { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:live' })] }],
  ['an alarm on somebody else s metric', { alarms: [metric({ Queue: 'orders' }, 'AWS/SQS')] }],
])('accepted: %s', (_what, facts) => {
  expect(judgePreflight({ ...good, ...facts })).toEqual([]);
});

test('a hotfix may go ahead under a red alarm, which is then only a warning', () => {
  const findings = judgePreflight({ ...good, hotfix: true, alarms: [{ ...quiet, state: 'ALARM' }] });

  expect(findings).toEqual([expect.objectContaining({ severity: 'warning', check: 'alarmIsQuiet' })]);
});

test('a service that names no alarm is warned', () => {
  const findings = judgePreflight({ ...good, spec: aSpec({ alarms: [] }), alarms: [] });

  expect(findings).toEqual([
    expect.objectContaining({ severity: 'warning', check: 'alarmsNamed', subject: 'checkout' }),
  ]);
});

test('all findings come at once, those of a target that does not exist among them', () => {
  const findings = judgePreflight({ ...good, live: null, stableVersion: null, wanted: 'missing', alarms: [] });

  expect(findings.map(({ check }) => check)).toEqual(['targetExists', 'versionExists', 'alarmExists']);
});

describe('on a cluster', () => {
  const target: KubernetesTarget = {
    ...aTarget,
    manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
  };
  const unseen = { spec: aSpec({ target }), live: null, stableVersion: null, wanted: null };
  const findings = (facts: Partial<PreflightFacts> = {}) => judgePreflight({ ...good, ...unseen, ...facts });
  const clusterIsReady = { severity: 'warning', check: 'clusterIsReady', subject: 'shop/orders on production' };

  test('what is there is looked at by the first task, and preflight says so', () => {
    expect(targetName(target)).toBe('shop/orders on production');
    expect(findings()).toEqual([
      { ...clusterIsReady, detail: expect.stringContaining('before anything on it changes') },
    ]);
  });

  test('an alarm without data is no error before the first version, which brings the traffic', () => {
    const alarms: readonly AlarmReading[] = [{ ...quiet, state: 'INSUFFICIENT_DATA' }];

    expect(findings({ alarms, isFirst: true })[1]).toEqual({
      severity: 'warning',
      check: 'alarmHasData',
      subject: 'checkout-errors',
      detail:
        'Alarm checkout-errors has no data, so it cannot fire. It should have some once the first version has traffic.',
    });
    expect(findings({ alarms })[1]).toMatchObject(error('alarmHasData', /Check its dimensions/));
    expect(judgePreflight({ ...good, alarms, isFirst: true })).toEqual([
      expect.objectContaining({ severity: 'error', check: 'alarmHasData' }),
    ]);
  });

  test('an alarm on a Lambda function is taken at its word', () => {
    expect(findings({ alarms: [metric({ FunctionName: 'basket' })] })).toEqual([
      expect.objectContaining(clusterIsReady),
    ]);
  });
});
