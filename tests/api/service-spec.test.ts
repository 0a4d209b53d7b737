import { readServiceSpec } from '../../src/api/spec/service-spec.ts';

const checkout = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' } };
const limit = { metric: 'errorRatePercent', moreThan: 1 };
const threshold = { kind: 'threshold', rules: [limit], failWhenAtLeast: 2, ofLastPeriods: 5 };

function errorsOf(change: object) {
  const read = readServiceSpec({ ...checkout, ...change });
  return read.ok ? [] : read.errors;
}

test('a spec with only its required fields gets every default', () => {
  expect(readServiceSpec(checkout)).toEqual({
    ok: true,
    spec: {
      name: 'checkout',
      target: { kind: 'lambda', function: 'checkout', alias: 'live' },
      strategy: 'canary10Percent5Minutes',
      alarms: [],
      judge: { kind: 'alarms-only' },
      noData: 'hold',
      hooks: { beforeTraffic: [], afterTraffic: [] },
      watch: { minutes: 10 },
      deadline: { hours: 2 },
    },
  });
});

test('a spec with every field is read as it is written', () => {
  const whole = {
    name: 'checkout',
    target: { kind: 'lambda', function: 'checkout', alias: 'prod' },
    strategy: [
      { setWeight: 1 },
      { bake: { seconds: 1 } },
      { judge: {} },
      { approve: { within: { hours: 143 } } },
      { setWeight: 100 },
      { bake: { hours: 24 } },
    ],
    alarms: ['checkout errors'],
    judge: { ...threshold, periodSeconds: 10, minimumRequests: 1 },
    noData: 'extend',
    hooks: {
      beforeTraffic: [{ function: 'smoke:live' }],
      afterTraffic: [{ webhook: 'https://ci.example.com/done?x=1' }],
    },
    watch: { minutes: 0 },
    deadline: { hours: 168 },
  };
  expect(readServiceSpec(whole)).toEqual({ ok: true, spec: whole });
});

test('the sequential judge has a default for every field', () => {
  const read = readServiceSpec({ ...checkout, judge: { kind: 'sequential' } });
  const judge = {
    kind: 'sequential',
    falseRollbackPercent: 1,
    harmRatio: 1.5,
    minimumRequests: 100,
    metrics: [
      { metric: 'errors', weight: 1, observedOnly: false },
      { metric: 'latency', weight: 1, observedOnly: false },
    ],
    periodSeconds: 60,
    endsBakesEarly: true,
    warmUp: { seconds: 60 },
  };

  expect(read).toMatchObject({ ok: true, spec: { judge } });
});

test.each([
  ['an unknown field', { nam: 'x' }, '/nam', /no field "nam".*fields here are name, target/],
  ['an unknown field within', { target: { ...checkout.target, region: 'x' } }, '/target/region', /no field "region"/],
  ['an unknown field of a step', { strategy: [{ setWeight: 10, note: 'x' }] }, '/strategy/0/note', /no field "note"/],
  ['a field in an empty one', { strategy: [{ judge: { a: 1 } }] }, '/strategy/0/judge/a', /takes no fields/],
  ['a field whose name has a slash', { 'a/b~c': 1 }, '/a~1b~0c', /no field/],
  [
    'a weight above 100',
    { strategy: [{ setWeight: 120 }] },
    '/strategy/0/setWeight',
    /^The weight is 120; a weight is a whole number from 1 to 100\.$/,
  ],
  ['a weight of 0', { strategy: [{ setWeight: 0 }] }, '/strategy/0/setWeight', /The weight is 0;/],
  ['a weight that is not whole', { strategy: [{ setWeight: 2.5 }] }, '/strategy/0/setWeight', /The weight is 2.5;/],
  ['a weight in words', { strategy: [{ setWeight: '10' }] }, '/strategy/0/setWeight', /The weight is "10";/],
  ['a weight that falls', { strategy: [{ setWeight: 10 }, { setWeight: 5 }] }, '/strategy/1/setWeight', /only go up/],
  [
    'a bake of 0',
    { strategy: [{ setWeight: 10 }, { bake: { minutes: 0 } }] },
    '/strategy/1/bake/minutes',
    /^The bake is 0 minutes; .* 1 second to 24 hours/,
  ],
  [
    'a bake of two weeks',
    { strategy: [{ bake: { hours: 336 } }] },
    '/strategy/0/bake/hours',
    /^The bake is 336 hours; /,
  ],
  [
    'a bake in two units',
    { strategy: [{ bake: { hours: 1, minutes: 5 } }] },
    '/strategy/0/bake',
    /one of seconds, minutes or hours/,
  ],
  ['a bake in days', { strategy: [{ bake: { days: 1 } }] }, '/strategy/0/bake', /one of seconds, minutes or hours/],
  ['a bake that is a number', { strategy: [{ bake: 5 }] }, '/strategy/0/bake', /The bake is 5;/],
  ['an approval without a time', { strategy: [{ approve: {} }] }, '/strategy/0/approve/within', /missing/],
  [
    'an approval of a month',
    { strategy: [{ approve: { within: { hours: 720 } } }] },
    '/strategy/0/approve/within/hours',
    /to 7 days/,
  ],
  ['a step of no kind', { strategy: [{ wait: 5 }] }, '/strategy/0', /exactly one of setWeight, bake, judge or approve/],
  ['a step of two kinds', { strategy: [{ setWeight: 5, bake: { minutes: 1 } }] }, '/strategy/0', /exactly one of/],
  ['a preset that is none', { strategy: 'canary50' }, '/strategy', /"canary10Percent5Minutes".*or a list of steps/],
  ['a hundred and one steps', { strategy: Array(101).fill({ judge: {} }) }, '/strategy', /101 steps; 100 are the most/],
  ['bakes past the deadline', { deadline: { minutes: 5 } }, '/deadline', /deadline of 5 minutes/],
  [
    'an approval past the deadline',
    { strategy: [{ approve: { within: { hours: 72 } } }] },
    '/deadline',
    /72 hours of approvals.*deadline of 2 hours does not leave. Raise the deadline to 4321 minutes or more/,
  ],
  [
    'an alias that leaves no room for the one that pins the version before',
    { target: { ...checkout.target, alias: 'a'.repeat(114) } },
    '/target/alias',
    /write 1 to 113 of letters/,
  ],
  ['an alias of digits', { target: { ...checkout.target, alias: '42' } }, '/target/alias', /not only digits/],
  [
    'an alias that is a pin of Slipway',
    { target: { ...checkout.target, alias: 'slipway-before-live' } },
    '/target/alias',
    /Slipway keeps aliases that begin with slipway-before- for itself/,
  ],
  ['a deadline of a month', { deadline: { hours: 720 } }, '/deadline/hours', /The deadline is 720 hours/],
  ['a watch of two days', { watch: { hours: 48 } }, '/watch/hours', /The watch is 48 hours/],
  ['an alarm named twice', { alarms: ['a', 'b', 'a'] }, '/alarms/2', /"a" is named twice/],
  ['an alarm without a name', { alarms: [''] }, '/alarms/0', /name of a CloudWatch alarm/],
  [
    'fifty-one alarms',
    { alarms: Array.from({ length: 51 }, (_, i) => `a${i}`) },
    '/alarms',
    /51 entries; it has at most 50/,
  ],
  [
    'a judge of another kind',
    { judge: { kind: 'oracle' } },
    '/judge/kind',
    /"oracle"; write "alarms-only", "threshold", "sequential" or "mann-whitney"/,
  ],
  [
    'a judge that is never wrong',
    { judge: { kind: 'sequential', falseRollbackPercent: 0 } },
    '/judge/falseRollbackPercent',
    /false rollbacks is 0 %; write a number from 0.01 to 20/,
  ],
  [
    'a harm that is none',
    { judge: { kind: 'sequential', harmRatio: 1 } },
    '/judge/harmRatio',
    /The harm ratio is 1; write "1.2"/,
  ],
  [
    'no traffic at all',
    { judge: { kind: 'sequential', minimumRequests: 0 } },
    '/judge/minimumRequests',
    /minimum of requests is 0; write a whole number/,
  ],
  ['a metric that is no object', { judge: { kind: 'sequential', metrics: ['errors'] } }, '/judge/metrics/0', /./],
  [
    'a metric that nobody counts',
    { judge: { kind: 'sequential', metrics: [{ metric: 'cpu' }] } },
    '/judge/metrics/0/metric',
    /The metric is "cpu"; write "errors" or "latency"/,
  ],
  [
    'a metric without weight',
    { judge: { kind: 'sequential', metrics: [{ metric: 'errors', weight: 0 }] } },
    '/judge/metrics/0/weight',
    /The weight is 0; a weight is a number above 0/,
  ],
  [
    'a metric twice',
    { judge: { kind: 'sequential', metrics: [{ metric: 'errors' }, { metric: 'errors' }] } },
    '/judge/metrics/1/metric',
    /errors is named twice/,
  ],
  [
    'nothing but a dry run',
    { judge: { kind: 'sequential', metrics: [{ metric: 'latency', observedOnly: true }] } },
    '/judge/metrics',
    /No metric is judged/,
  ],
  [
    'a judge step within the warm-up',
    { judge: { kind: 'sequential', warmUp: { minutes: 5 } } },
    '/judge/warmUp',
    /after 300 seconds of bakes, and the warm-up of 5 minutes leaves no whole period of 60 seconds/,
  ],
  ['no gauge', { judge: { kind: 'mann-whitney', metrics: [] } }, '/judge/metrics', /0 entries; it has at least 1/],
  ['another gauge', { judge: { kind: 'mann-whitney', metrics: ['cpu'] } }, '/judge/metrics/0', /The metric is "cpu"/],
  [
    'a rule on another metric',
    { judge: { ...threshold, rules: [{ ...limit, metric: 'cpu' }] } },
    '/judge/rules/0/metric',
    /"cpu"/,
  ],
  ['no rules', { judge: { ...threshold, rules: [] } }, '/judge/rules', /0 entries; it has at least 1/],
  [
    'more failures than periods',
    { judge: { ...threshold, failWhenAtLeast: 6 } },
    '/judge/failWhenAtLeast',
    /never fail/,
  ],
  [
    'a period of a minute and a half',
    { judge: { ...threshold, periodSeconds: 90 } },
    '/judge/periodSeconds',
    /90 seconds; write 10 or 60/,
  ],
  [
    'a webhook without TLS',
    { hooks: { beforeTraffic: [{ webhook: 'http://x.org/' }] } },
    '/hooks/beforeTraffic/0/webhook',
    /begins with https/,
  ],
  ['a policy that is none', { noData: 'promote' }, '/noData', /"promote"; write "hold", "extend" or "rollBack"/],
  ['a name in capitals', { name: 'Checkout' }, '/name', /The name is "Checkout"/],
  ['an alias of digits', { target: { ...checkout.target, alias: '42' } }, '/target/alias', /The alias is "42"/],
  [
    'another kind of target',
    { target: { ...checkout.target, kind: 'ecs' } },
    '/target/kind',
    /"ecs"; write "lambda" or "kubernetes"/,
  ],
])('a spec with %s is refused at that field only', (_what, change, pointer, detail) => {
  expect(errorsOf(change)).toEqual([{ pointer, detail: expect.stringMatching(detail) }]);
});

test('the error for a spec names every wrong field at once', () => {
  const pointers = errorsOf({
    name: '',
    target: { kind: 'lambda' },
    strategy: [{ setWeight: 0 }, { bake: {} }],
    extra: 1,
  }).map(({ pointer }) => pointer);
  expect(pointers.sort()).toEqual(
    ['/extra', '/name', '/strategy/0/setWeight', '/strategy/1/bake', '/target/function'].sort(),
  );
});

test.each([null, [], 'checkout', 7])('%j is refused as a whole', (value) => {
  expect(readServiceSpec(value)).toEqual({
    ok: false,
    errors: [{ pointer: '', detail: expect.stringContaining('write an object with fields') }],
  });
});
