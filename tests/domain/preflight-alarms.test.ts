import { judgePreflight, type PreflightFacts } from '../../src/domain/preflight/preflight.ts';
import { error, good, math, metric, ofCheckout, query, quiet } from './a-preflight.ts';

test.each<[string, Partial<PreflightFacts>, object]>([
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
    'an alarm of ten seconds watches one version',
    { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:live', ExecutedVersion: '41' }, 'Slipway')] },
    error('alarmMatchesTarget', /watches version 41 alone/),
  ],
  [
    'an alarm of ten seconds watches another function',
    { alarms: [metric({ FunctionName: 'basket' }, 'Slipway')] },
    error('alarmMatchesTarget', /watches basket, not checkout/),
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
    'an alarm is OK and says nothing',
    { alarms: [{ ...quiet, silence: 'is not evaluated (EVALUATION_ERROR)' }] },
    error('alarmHasData', /checkout-errors is not evaluated \(EVALUATION_ERROR\), so its being OK says nothing/),
  ],
  [
    'the query of an alarm asks for another alias',
    { alarms: [query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE "Resource" = 'checkout:staging'`)] },
    error('alarmMatchesTarget', /asks for checkout:staging, not checkout:live/),
  ],
  [
    'the query of an alarm asks for everything else',
    { alarms: [query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE FunctionName != 'checkout'`)] },
    error('alarmMatchesTarget', /asks for all but checkout, so it can never see it/),
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
  [
    'a composite alarm has a rule without an alarm',
    { alarms: [{ ...quiet, children: [] }] },
    error('alarmMatchesTarget', /its rule names none, so it never changes/),
  ],
  [
    'a composite alarm is in a circle of rules',
    {
      alarms: [{ ...quiet, children: ['a'] }],
      children: [
        { ...quiet, name: 'a', children: ['b'] },
        { ...quiet, name: 'b', children: ['a'] },
      ],
    },
    error('alarmMatchesTarget', /Alarm a is in a circle of rules \(checkout-errors, a, b, a\)/),
  ],
])('refused: %s', (_what, facts, finding) => {
  expect(judgePreflight({ ...good, ...facts })).toEqual([expect.objectContaining(finding)]);
});

test.each<[string, Partial<PreflightFacts>]>([
  ['an alarm on the function', { alarms: [metric({ FunctionName: 'checkout' })] }],
  ['an alarm on the alias', { alarms: [metric({ FunctionName: 'checkout', Resource: 'checkout:live' })] }],
  ['an alarm on somebody else s metric', { alarms: [metric({ Queue: 'orders' }, 'AWS/SQS')] }],
  ['a metric-math alarm on the function alone', { alarms: [math(ofCheckout, ofCheckout)] }],
  ['an alarm on a metric of Slipway s that names no function', { alarms: [metric({ Stage: 'prod' }, 'Slipway')] }],
  ['a metric-math alarm on another namespace', { alarms: [math({ namespace: 'Shop', dimensions: {} })] }],
  [
    'a query that asks for the alias',
    { alarms: [query(`SELECT SUM(Errors) FROM "AWS/Lambda" WHERE Resource = 'checkout:live'`)] },
  ],
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
])('warned: %s', (_what, facts, finding) => {
  const warned = { severity: 'warning', ...finding };
  expect(judgePreflight({ ...good, ...facts })).toEqual([expect.objectContaining(warned)]);
});

test('a composite alarm of composites is blind when every alarm below it is', () => {
  const alarms = [{ ...quiet, children: ['inner'] }];
  const inner = { ...quiet, name: 'inner', children: ['a', 'b'] };
  const blind = (name: string) => ({ ...metric({ FunctionName: 'basket' }), name });
  const seeing = { ...metric({ FunctionName: 'checkout' }), name: 'b' };

  expect(judgePreflight({ ...good, alarms, children: [inner, blind('a'), blind('b')] })).toMatchObject([
    error('alarmMatchesTarget', /Alarm a watches basket.*Alarm b watches basket/),
  ]);
  expect(judgePreflight({ ...good, alarms, children: [inner, blind('a'), seeing] })).toEqual([]);
});
