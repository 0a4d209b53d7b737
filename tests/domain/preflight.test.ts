import type { WatchedMetric } from '../../src/domain/alarm-match.ts';
import { type AlarmReading, judgePreflight, type PreflightFacts, targetName } from '../../src/domain/preflight.ts';
import type { LiveFact } from '../../src/domain/preflight-target.ts';
import type { KubernetesTarget } from '../../src/domain/service-spec.ts';
import type { VersionFact } from '../../src/domain/version-fact.ts';
import { aSpec, OPENED_AT } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const ROLE = 'arn:aws:iam::111122223333:role/checkout';
const version = (name: string, change: Partial<VersionFact> = {}): VersionFact => ({
  version: name,
  roleArn: ROLE,
  state: 'Active',
  stateReason: null,
  ...change,
});
const quiet: AlarmReading = { name: 'checkout-errors', state: 'OK', metric: null, changedAt: OPENED_AT };
const live = { stable: '41', canary: null, canaryPercent: 0, provisionedConcurrency: 0 };
const good: PreflightFacts = {
  spec: aSpec(),
  live,
  stableVersion: version('41'),
  wanted: version('42'),
  wantedName: '42',
  alarms: [quiet],
  hotfix: false,
  isFirst: false,
};
const own = { deploymentId: 'dep-1', stable: '41', canary: '42', atPercent: 10 };
const metric = (dimensions: Record<string, string>, namespace = 'AWS/Lambda'): AlarmReading => ({
  ...quiet,
  metric: { namespace, dimensions },
});
const ofCheckout: WatchedMetric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout' } };
const math = (...metrics: WatchedMetric[]): AlarmReading => ({ ...quiet, watched: { metrics, queries: [] } });
const query = (text: string): AlarmReading => ({ ...quiet, watched: { metrics: [], queries: [text] } });
const error = (check: string, detail: RegExp) => ({ severity: 'error', check, detail: expect.stringMatching(detail) });

test('a deployment with nothing in its way has no findings', () => {
  expect(judgePreflight(good)).toEqual([]);
  expect(targetName(good.spec.target)).toBe('checkout:live');
});

test.each<[string, Partial<PreflightFacts>, object]>([
  ['the alias does not exist', { live: null }, error('targetExists', /no function with alias checkout:live. Create/)],
  [
    'the alias is split for somebody else',
    { live: { ...live, canaryPercent: 20 } },
    error('targetIsWhole', /splits its traffic \(20 % on version unknown\), and not for Slipway/),
  ],
  [
    'the alias is on the unpublished code',
    { live: { ...live, stable: '$LATEST' }, stableVersion: version('$LATEST', { roleArn: 'another' }) },
    error('targetIsPublished', /is on \$LATEST.*aws lambda publish-version --function-name checkout.*then check again/),
  ],
  [
    'the canary half of a split is on the unpublished code',
    { live: { ...live, canary: '$LATEST', canaryPercent: 10 } },
    error('targetIsPublished', /aws lambda update-alias --function-name checkout --name live/),
  ],
  [
    'the version is Failed',
    { wanted: version('42', { state: 'Failed', stateReason: 'The subnet is full' }) },
    error('versionIsReady', /Version 42 is Failed \(The subnet is full\), so it can never be called. Mend/),
  ],
  [
    'the version is Inactive',
    { wanted: version('42', { state: 'Inactive', stateReason: null }) },
    error('versionIsReady', /Version 42 is Inactive, so its first calls would fail. Invoke it once/),
  ],
  [
    'provisioned concurrency excludes a weighted alias',
    { live: { ...live, provisionedConcurrency: 5 } },
    error('noProvisionedConcurrency', /has provisioned concurrency \(5\)/),
  ],
  ['the version does not exist', { wanted: 'missing' }, error('versionExists', /Version 42 does not exist/)],
  ['the version is live already', { wanted: version('41') }, error('versionIsNew', /There is nothing to deploy/)],
  [
    'the versions have different roles',
    { wanted: { ...version('42'), roleArn: `${ROLE}-2` } },
    error('sameRole', /need the same role. Publish it with the live role/),
  ],
  ['an alarm does not exist', { alarms: [] }, error('alarmExists', /Alarm checkout-errors does not exist/)],
  [
    'an alarm has no data',
    { alarms: [{ ...quiet, state: 'INSUFFICIENT_DATA' }] },
    error('alarmHasData', /cannot fire. Check its dimensions/),
  ],
  [
    'an alarm that takes missing data as missing waits for calls that are rare',
    { alarms: [{ ...quiet, state: 'INSUFFICIENT_DATA', treatMissingData: 'missing' }] },
    error('alarmHasData', /treatMissingData: missing.*set treatMissingData: notBreaching on the alarm/),
  ],
  [
    'an alarm that ignores missing data waits for calls that are rare',
    { alarms: [{ ...quiet, state: 'INSUFFICIENT_DATA', treatMissingData: 'ignore' }] },
    error('alarmHasData', /treatMissingData: ignore.*set treatMissingData: notBreaching on the alarm/),
  ],
  [
    'an alarm that was created a moment ago',
    { alarms: [{ ...quiet, state: 'INSUFFICIENT_DATA', treatMissingData: 'notBreaching' }] },
    error(
      'alarmHasData',
      /counts missing data as good, so it was created or changed just now. Check again in a minute/,
    ),
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
  [
    'an alarm watches a version by its resource',
    { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:41' })] },
    error('alarmMatchesTarget', /watches checkout:41, not checkout:live/),
  ],
  [
    'an alarm watches one version, which no new one is',
    { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:live', ExecutedVersion: '41' })] },
    error('alarmMatchesTarget', /watches version 41 alone, so it can never see a new version/),
  ],
  [
    'a metric-math alarm mixes another function in',
    { alarms: [math(ofCheckout, { namespace: 'AWS/Lambda', dimensions: { FunctionName: 'basket' } })] },
    error('alarmMatchesTarget', /watches basket, not checkout/),
  ],
  [
    'a metric-math alarm rests on one version',
    { alarms: [math({ namespace: 'AWS/Lambda', dimensions: { FunctionName: 'checkout', ExecutedVersion: '7' } })] },
    error('alarmMatchesTarget', /watches version 7 alone/),
  ],
  [
    'an alarm watches the function of the same name in another account',
    { alarms: [math({ ...ofCheckout, account: '444455556666' })] },
    error('alarmMatchesTarget', /a function of account 444455556666/),
  ],
  [
    'the query of an alarm asks for another function',
    { alarms: [query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE FunctionName = 'basket'`)] },
    error('alarmMatchesTarget', /asks for basket, not checkout/),
  ],
  [
    'the query of an alarm asks for one version',
    {
      alarms: [
        query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE FunctionName = 'checkout' AND ExecutedVersion = '41'`),
      ],
    },
    error('alarmMatchesTarget', /asks for one version alone/),
  ],
  [
    'a composite alarm is made of alarms that are all blind',
    {
      alarms: [{ ...quiet, children: ['a', 'gone'] }],
      children: [{ ...metric({ FunctionName: 'basket' }), name: 'a' }],
    },
    error('alarmMatchesTarget', /Alarm a watches basket, not checkout.*Alarm gone does not exist/),
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
  ['a metric-math alarm on the function alone', { alarms: [math(ofCheckout, ofCheckout)] }],
  ['a metric-math alarm on another namespace', { alarms: [math({ namespace: 'Shop', dimensions: {} })] }],
  [
    'a query that asks for the function',
    { alarms: [query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE FunctionName = 'checkout'`)] },
  ],
  [
    'a composite alarm on one that sees the function',
    { alarms: [{ ...quiet, children: ['a'] }], children: [{ ...metric({ FunctionName: 'checkout' }), name: 'a' }] },
  ],
])('accepted: %s', (_what, facts) => {
  expect(judgePreflight({ ...good, ...facts })).toEqual([]);
});

test('a hotfix may go ahead under a red alarm, which is then only a warning', () => {
  const findings = judgePreflight({ ...good, hotfix: true, alarms: [{ ...quiet, state: 'ALARM' }] });

  expect(findings).toEqual([expect.objectContaining({ severity: 'warning', check: 'alarmIsQuiet' })]);
});

test.each<[string, Partial<PreflightFacts>, object]>([
  [
    'a query that takes all functions',
    { alarms: [query('SELECT SUM(Errors) FROM "AWS/Lambda"')] },
    { check: 'alarmMatchesTarget', detail: expect.stringMatching(/cannot tell whether that sees checkout:live/) },
  ],
  [
    'a composite alarm that also goes off for another function',
    {
      alarms: [{ ...quiet, children: ['a', 'b'] }],
      children: [
        { ...metric({ FunctionName: 'checkout' }), name: 'a' },
        { ...metric({ FunctionName: 'basket' }), name: 'b' },
      ],
    },
    { check: 'alarmMatchesTarget', detail: expect.stringMatching(/Alarm b watches basket, not checkout/) },
  ],
  [
    'a version that is still Pending, for which the rollout waits',
    { wanted: version('42', { state: 'Pending' }) },
    { check: 'versionIsReady', detail: expect.stringMatching(/waits until it is Active/) },
  ],
  [
    'a live version that is Inactive',
    { stableVersion: version('41', { state: 'Inactive' }) },
    { check: 'versionIsReady', subject: '41', detail: expect.stringMatching(/which is live, is Inactive/) },
  ],
  [
    'a split that the deployment in flight has recorded',
    { live: { ...live, canary: '42', canaryPercent: 10 }, own, wanted: null, wantedName: null },
    {
      check: 'targetIsWhole',
      detail: expect.stringMatching(/Deployment dep-1 is in flight and has 10 % on version 42. Leave the alias to it/),
    },
  ],
])('warned: %s', (_what, facts, finding) => {
  const warned = { severity: 'warning', ...finding };
  expect(judgePreflight({ ...good, ...facts })).toEqual([expect.objectContaining(warned)]);
});

test.each<[string, Partial<LiveFact>]>([
  ['of another share', { canary: '42', canaryPercent: 30 }],
  ['of another version', { canary: '43', canaryPercent: 10 }],
  ['that is whole on the canary', { stable: '42' }],
  ['that is whole on stable', {}],
])('a split %s than a deployment in flight has recorded is said to be somebody else s', (_what, found) => {
  const facts = { ...good, own, wanted: null, wantedName: null, live: { ...live, ...found } };
  expect(judgePreflight(facts)).toEqual([
    expect.objectContaining(
      error('targetIsWhole', /deployment dep-1 has recorded 10 % on version 42: somebody else moved it/),
    ),
  ]);
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
