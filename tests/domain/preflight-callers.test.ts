import type { CallersFact, Trigger } from '../../src/domain/lambda/callers.ts';
import { api, findingsFor, period, permission, queue, rule, url } from './a-caller.ts';

const HERE = 'eu-west-1:111122223333';
const severities = (fact: Partial<CallersFact>, change = {}) =>
  findingsFor(fact, change).map(({ severity }) => severity);

describe('a trigger of the function itself', () => {
  test.each<[string, Trigger, RegExp]>([
    [
      'an API',
      api(),
      /^API a1b2c3 \(arn:aws:execute-api:.*\) may call function checkout itself.*integrations of the API/,
    ],
    ['an authorizer of an API', api('$LATEST', 'authorizers/x1'), /give the authorizer of the API/],
    ['a rule', rule(), /^Schedule or rule nightly \(.*events put-targets/],
    [
      'a rule of a bus',
      permission('events', `arn:aws:events:${HERE}:rule/shop/nightly`),
      /^Schedule or rule nightly \(/,
    ],
    ['a bucket', permission('s3', 'arn:aws:s3:::photos'), /^Bucket photos \(.*notification of the bucket/],
    ['a topic', permission('sns', `arn:aws:sns:${HERE}:orders`), /^Topic orders \(.*subscribe/],
    [
      'a load balancer',
      permission('elasticloadbalancing', `arn:aws:elasticloadbalancing:${HERE}:targetgroup/front/0a1b`),
      /^Target group front \(.*in the target group, and deregister the function/,
    ],
    [
      'a service that has no word of its own',
      permission('config', `arn:aws:config:${HERE}:rule-1`),
      /^What config calls it for: rule-1 \(.*and have it call the ARN of the alias, which ends in function:checkout:live/,
    ],
    [
      'a service without a source',
      permission('lex', null),
      /^Service lex.amazonaws.com, by a permission that names no source/,
    ],
    ['an API without a source', permission('apigateway', null), /^Service apigateway.amazonaws.com, by a permission/],
    ['an account', permission('444455556666', null), /^Account or role 444455556666 may call/],
    ['everybody', permission('*', null), /^Everybody, by a permission for any principal, may call/],
    [
      'a queue',
      queue(),
      /^Queue jobs \(arn:aws:sqs:.*\) calls function checkout itself.*update-event-source-mapping --uuid uuid-1 --function-name checkout:live/,
    ],
    [
      'a function URL',
      url(),
      /^Function URL https:.*create-function-url-config --function-name checkout --qualifier live --auth-type NONE/,
    ],
  ])('%s is named, with the way to the alias', (_what, trigger, says) => {
    expect(findingsFor({ triggers: [trigger] })).toEqual([
      {
        severity: 'error',
        check: 'triggersUseAlias',
        subject: 'checkout:live',
        detail: expect.stringMatching(says),
      },
    ]);
  });

  test('an API that has a statement for each of its routes is named once', () => {
    expect(findingsFor({ triggers: [api('$LATEST', '*/GET/items'), api('$LATEST', '*/POST/items')] })).toHaveLength(1);
  });

  test('calls that bypass the alias are counted, and each trigger is named with them', () => {
    const calls = [period(47, { live: 3 }), period(47, { live: 3 }, 1)];
    const found = findingsFor({ triggers: [api(), queue()], calls });
    expect(found.map(({ severity }) => severity)).toEqual(['error', 'error', 'error']);
    expect(found[0]?.detail).toMatch(/^94 % of the calls go past the alias: in the last day 94 of 100 called function/);
  });

  test('a few bypassing calls are less than one percent, and an error when a trigger makes them', () => {
    const found = findingsFor({ triggers: [rule()], calls: [period(1, { live: 999 })] });
    expect(found[0]).toMatchObject({ severity: 'error', detail: expect.stringMatching(/^Less than 1 %/) });
  });
});

describe('a permission that is left over', () => {
  test.each<[string, Partial<CallersFact>]>([
    ['whose API may call the alias, while nobody calls', { triggers: [api(), api('live')] }],
    ['whose API may call the alias, while the calls cannot be read', { triggers: [api(), api('live')], calls: null }],
    [
      'whose API may call the alias by a permission for any API',
      { triggers: [api(), permission('apigateway', null, 'live')] },
    ],
    ['through which nobody called for a day', { triggers: [rule()], calls: [period(0, { live: 50 })] }],
    [
      'of a URL, beside the URL of the alias',
      { triggers: [url(), { ...url('live'), source: 'https://other.on.aws/' }] },
    ],
  ])('a leftover permission %s is a warning with the command that removes it', (_what, fact) => {
    expect(findingsFor(fact)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        detail: expect.stringMatching(/remove what is left: aws lambda/),
      }),
    ]);
  });

  test('calls that bypassed the alias until its triggers were moved refuse nothing', () => {
    const calls = [period(900), period(0, { live: 10 }, 1)];
    const found = findingsFor({ triggers: [api(), api('live')], calls });
    expect(found).toMatchObject([
      { severity: 'warning', detail: expect.stringContaining('The alias has had calls since') },
      { severity: 'warning', detail: expect.stringContaining('remove-permission --function-name checkout') },
    ]);
  });

  test('a permission with calls that still bypass the alias is an error, also when the alias has one as well', () => {
    const calls = [period(0, { live: 10 }), period(5, { live: 5 }, 1)];
    expect(severities({ triggers: [api(), api('live')], calls })).toEqual(['error', 'error']);
  });

  test('a mapping that is switched off is a warning, and an active mapping is an error without a call', () => {
    expect(severities({ triggers: [queue('$LATEST', true)] })).toEqual(['warning']);
    expect(severities({ triggers: [queue()], calls: [period(0, { live: 50 })] })).toEqual(['error']);
  });
});

describe('calls of the function itself without a visible trigger', () => {
  test('many calls of the function itself are an error that says who may make them', () => {
    expect(findingsFor({ calls: [period(94, { live: 6 })] })).toMatchObject([
      { severity: 'error', detail: expect.stringMatching(/94 %.*callers with rights of their own \(an SDK/) },
    ]);
  });

  test.each([
    ['a few calls', period(9)],
    ['a small share', period(40, { live: 960 })],
  ])('%s without a visible trigger may come from a person, and are a warning', (_what, calls) => {
    expect(severities({ calls: [calls] })).toEqual(['warning']);
  });
});

describe('another name of the function', () => {
  test('calls of another alias are a warning with their triggers', () => {
    const found = findingsFor({ triggers: [queue('beta'), api('live')], calls: [period(0, { live: 60, beta: 40 })] });
    expect(found).toEqual([
      expect.objectContaining({
        severity: 'warning',
        detail: expect.stringMatching(
          /^Queue jobs .* call the alias checkout:beta \(40 of the 100 calls of the last day\), so a rollout of checkout:live does not reach them/,
        ),
      }),
    ]);
  });

  test('calls of a version are a warning', () => {
    expect(findingsFor({ calls: [period(0, { live: 60, 7: 40 })] })).toMatchObject([
      {
        severity: 'warning',
        detail: expect.stringMatching(/^Callers call version 7 .*have them call checkout:live\.$/),
      },
    ]);
  });

  test('an alias of the service without any call is an error, because a rollout would try its version on no call', () => {
    const provisioned = { triggers: [queue('provisioned')], calls: [period(0, { provisioned: 40 })] };
    expect(findingsFor(provisioned)).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('Nobody calls checkout:live') },
    ]);
    expect(severities({ ...provisioned, triggers: [api('live')] })).toEqual(['warning']);
  });

  test('the alias of another service, the pinning alias and a permission without a call are not found', () => {
    const calls = [period(0, { live: 10, dev: 90, 'slipway-before-live': 1 })];
    expect(findingsFor({ triggers: [queue('dev'), api('old')], calls }, { siblings: ['dev'] })).toEqual([]);
  });

  test("calls of another service's alias do not make the share of bypassing calls look smaller", () => {
    const calls = [period(20, { live: 0, dev: 9_980 })];
    expect(findingsFor({ triggers: [api()], calls }, { siblings: ['dev'] })[0]?.detail).toMatch(/^100 % .* 20 of 20/);
  });
});

test('callers that cannot be read are a warning, and a permission of another alias counts then', () => {
  const found = findingsFor({
    triggers: [api('beta'), url('live')],
    calls: null,
    unread: ['Could not count the calls.'],
  });
  expect(found).toMatchObject([
    { severity: 'warning', detail: expect.stringContaining('checkout:beta') },
    { severity: 'warning', detail: 'Could not count the calls.' },
  ]);
});

test('no finding about callers refuses a hotfix', () => {
  const fact = { triggers: [api(), queue('beta')], calls: [period(100)] };
  expect(new Set(severities(fact))).toEqual(new Set(['error']));
  expect(new Set(severities(fact, { hotfix: true }))).toEqual(new Set(['warning']));
});

test('counts that are ahead of each other never give a share above all calls', () => {
  const calls = [{ startsAt: 0, total: 10, named: { live: 12 } }, period(20, {}, 1)];
  expect(findingsFor({ calls })[0]?.detail).toMatch(/^62 % .* 20 of 32/);
});

test('a call of the unpublished code by its name counts as a call of the function itself', () => {
  const calls = [{ startsAt: 0, total: 20, named: { $LATEST: 20 } }];
  expect(findingsFor({ triggers: [api()], calls })[0]?.detail).toMatch(/^100 % .* 20 of 20/);
});

test('a URL, and a queue that is switched off, are removed by a command of their own', () => {
  const details = (fact: Partial<CallersFact>) => findingsFor(fact).map(({ detail }) => detail);
  const calls = [period(0, { live: 5 })];
  expect(details({ triggers: [url()], calls })[0]).toContain(
    'aws lambda delete-function-url-config --function-name checkout',
  );
  expect(details({ triggers: [queue('$LATEST', true)] })[0]).toMatch(
    /is switched off\. .*aws lambda delete-event-source-mapping --uuid uuid-1/,
  );
});

test('a source is named by the well-known part of its ARN, whatever else the ARN has', () => {
  const named = (from: string, source: string) => findingsFor({ triggers: [permission(from, source)] })[0]?.detail;
  expect(named('cognito-idp', `arn:aws:cognito-idp:${HERE}:userpool/eu-west-1_abc`)).toMatch(
    /^User pool eu-west-1_abc \(/,
  );
  expect(named('logs', `arn:aws:logs:${HERE}:log-group:/aws/shop:*`)).toMatch(/^Log group log-group:\/aws\/shop:\* \(/);
  expect(named('apigateway', 'arn:aws:execute-api')).toMatch(/^API .*may call/);
  expect(named('events', `arn:aws:events:${HERE}:rule`)).toMatch(/^Schedule or rule rule \(/);
});

test('a function that is called only by its alias, and one without calls, have no finding', () => {
  expect(findingsFor({ triggers: [api('live'), queue('live')], calls: [period(0, { live: 500 })] })).toEqual([]);
  expect(findingsFor({})).toEqual([]);
});
