import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import { judgePreflight, type PreflightFacts } from '../../src/domain/preflight/preflight.ts';
import type { LiveFact } from '../../src/domain/preflight/preflight-target.ts';
import type { KubernetesTarget } from '../../src/domain/service/service-spec.ts';
import { targetName } from '../../src/domain/service/target.ts';
import { aSpec } from './a-deployment.ts';
import { error, good, live, metric, own, quiet, ROLE, version } from './a-preflight.ts';
import { aTarget } from './a-workload.ts';

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
  ])('an alarm with its actions off is %s', (_what, facts, severity) => {
    const findings = judgePreflight({ ...good, ...facts });
    const detail = expect.stringContaining('has its actions off or suppressed');
    expect(findings).toEqual([{ severity, check: 'alarmIsHeard', subject: 'checkout-errors', detail }]);
  });
});

const MADE = { fingerprint: { codeSha256: 'code', settingsSha256: 'settings' }, otherSettings: 'others' };

test('a deployment without an obstacle has no findings', () => {
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
  [
    'the versions have different roles',
    { wanted: { ...version('42'), roleArn: `${ROLE}-2` } },
    error('sameRole', /need the same role. Publish it with the live role/),
  ],
  [
    'the versions have different dead-letter queues',
    { wanted: { ...version('42'), deadLetterArn: 'arn:aws:sqs:eu-west-1:111122223333:failed' } },
    error(
      'sameDeadLetters',
      /42 sends calls that failed to arn:aws:sqs:\S+failed and version 41, which is live, to nowhere/,
    ),
  ],
  [
    'the version is taken out of use',
    { wanted: version('42', { state: 'Stopped', stateReason: 'Deactivated' }) },
    error('versionIsReady', /Version 42 is Stopped \(Deactivated\), so calls to it fail. Make it Active again/),
  ],
])('refused: %s', (_what, facts, finding) => {
  expect(judgePreflight({ ...good, ...facts })).toEqual([expect.objectContaining(finding)]);
});

test.each<[string, Partial<PreflightFacts>]>([
  ['a version that is published only later', { wanted: null, wantedName: null }],
  ['a stable version that is not known', { stableVersion: null }],
  [
    'what is in $LATEST, though nobody calls it',
    { wanted: version('$LATEST', { state: 'Inactive' }), wantedName: '$LATEST' },
  ],
  [
    'what is in $LATEST, of which not all is known',
    {
      wanted: version('$LATEST', { ...MADE, otherSettings: undefined }),
      wantedName: '$LATEST',
      stableVersion: version('41', { ...MADE, otherSettings: undefined }),
    },
  ],
  [
    'what is in $LATEST, with another stable version than is known',
    { wanted: version('$LATEST', MADE), wantedName: '$LATEST', stableVersion: null },
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
    'a version that is still Pending, for which the rollout waits',
    { wanted: version('42', { state: 'Pending' }) },
    { check: 'versionIsReady', detail: expect.stringMatching(/waits until it is Active/) },
  ],
  [
    'the version that is live already',
    { wanted: version('41') },
    { check: 'versionIsNew', detail: expect.stringMatching(/There is nothing to deploy/) },
  ],
  [
    'what is in $LATEST and live already',
    {
      wanted: version('$LATEST', { ...MADE }),
      wantedName: '$LATEST',
      stableVersion: version('41', MADE),
    },
    { check: 'versionIsNew', subject: '41' },
  ],
  [
    'what is in $LATEST while its update is in progress',
    {
      wanted: version('$LATEST', { ...MADE, state: 'Pending' }),
      wantedName: '$LATEST',
      stableVersion: version('41', MADE),
    },
    { check: 'versionIsReady', subject: '$LATEST' },
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
])(
  'a split %s that differs from the record of a deployment in flight is reported as made by somebody else',
  (_what, found) => {
    const facts = { ...good, own, wanted: null, wantedName: null, live: { ...live, ...found } };
    expect(judgePreflight(facts)).toEqual([
      expect.objectContaining(
        error('targetIsWhole', /deployment dep-1 has recorded 10 % on version 42: somebody else moved it/),
      ),
    ]);
  },
);

test('a service that was registered with too short a deadline gets a warning, and no refusal', () => {
  const spec = aSpec({ strategy: [{ setWeight: 10 }, { approve: { within: { hours: 72 } } }] });

  expect(judgePreflight({ ...good, spec })).toEqual([
    {
      severity: 'warning',
      check: 'deadlineIsEnough',
      subject: 'checkout',
      detail: expect.stringContaining('Raise the deadline to 4321 minutes or more'),
    },
  ]);
});

test('a service that names no alarm gets a warning', () => {
  const findings = judgePreflight({ ...good, spec: aSpec({ alarms: [] }), alarms: [] });

  expect(findings).toEqual([
    expect.objectContaining({ severity: 'warning', check: 'alarmsNamed', subject: 'checkout' }),
  ]);
});

test('all findings come at once, including those of a target that does not exist', () => {
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

  test('preflight says that the first task looks at the cluster', () => {
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
    const silent = [{ ...quiet, silence: 'is made of alarms without data' }];
    expect(findings({ alarms: silent, isFirst: true })[1]).toMatchObject({
      severity: 'warning',
      check: 'alarmHasData',
    });
    expect(judgePreflight({ ...good, alarms, isFirst: true })).toEqual([
      expect.objectContaining({ severity: 'error', check: 'alarmHasData' }),
    ]);
  });

  test('on a cluster, an alarm on a Lambda function is trusted', () => {
    expect(findings({ alarms: [metric({ FunctionName: 'basket' })] })).toEqual([
      expect.objectContaining(clusterIsReady),
    ]);
  });
});
