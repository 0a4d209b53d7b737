import fc from 'fast-check';
import { judgeDoubts } from '../../src/domain/preflight/judge-doubts.ts';
import { type JudgedSpec, undecidable } from '../../src/domain/preflight/undecidable.ts';
import type { Judge, SequentialJudge } from '../../src/domain/service/service-spec.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import { neverUnhealthy } from '../../src/domain/verdict/most-harm.ts';
import type { PeriodRow } from '../../src/domain/verdict/period-row.ts';
import { aSpec, MINUTE, OPENED_AT } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';
import { onRoute } from './a-workload.ts';

const bake = (...bakes: readonly Step[]): readonly Step[] => [{ setWeight: 25 }, ...bakes, { judge: {} }];
const minutes = (count: number): Step => ({ bake: { minutes: count } });
const sequential = (strategy: JudgedSpec['strategy'], change: Partial<SequentialJudge> = {}) =>
  aSpec({ judge: aSequentialJudge(change), strategy });
const threshold = (change: Partial<Extract<Judge, { kind: 'threshold' }>> = {}): Judge => ({
  kind: 'threshold',
  ...{ rules: [{ metric: 'errorRatePercent', moreThan: 5 }], failWhenAtLeast: 1, ofLastPeriods: 3 },
  ...{ periodSeconds: 60, minimumRequests: 10 },
  ...change,
});
const mannWhitney: Judge = { kind: 'mann-whitney', metrics: ['durationP99Ms'] };
const problems = (spec: JudgedSpec) => undecidable(spec).map(({ pointer, detail }) => `${pointer}: ${detail}`);

test('two minutes of bakes leave the sequential judge no whole minute after its warm-up, and three minutes leave one', () => {
  expect(problems(sequential(bake(minutes(2))))).toEqual([
    '/judge/warmUp: The first judge step comes after 120 seconds of bakes, and the warm-up of 60 seconds leaves no whole period of 60 seconds to judge by: the one in which the rollout begins does not count, nor does one that is not over. So no version can pass it. Bake for 3 minutes or more before it, or shorten the warm-up.',
  ]);
  expect(problems(sequential(bake(minutes(3))))).toEqual([]);
  expect(problems(sequential(bake(minutes(2)), { warmUp: { seconds: 0 } }))).toEqual([]);
  expect(problems(sequential(bake(minutes(1)), { warmUp: { seconds: 0 } }))[0]).toMatch(/leaves no whole period of 60/);
});

test('a preset is refused with a judge that needs more whole periods than it leaves', () => {
  expect(problems(aSpec({ judge: mannWhitney, strategy: 'canary10Percent5Minutes' }))).toEqual([
    '/strategy: The first judge step comes after 300 seconds of bakes. That leaves at most 4 whole periods of 60 seconds to judge by: the one in which the rollout begins does not count, nor does one that is not over. The judge mann-whitney needs 5, so no version can pass it. Bake for 6 minutes or more before it.',
  ]);
  expect(problems(aSpec({ judge: threshold(), strategy: 'linear10PercentEvery1Minute' }))[0]).toMatch(
    /leaves no whole period of 60 seconds.+needs one.+Bake for 2 minutes or more/,
  );
  expect(problems(aSpec({ judge: threshold(), strategy: 'canary10Percent5Minutes' }))).toEqual([]);
  expect(problems(sequential('canary10Percent5Minutes'))).toEqual([]);
  expect(problems(aSpec({ judge: threshold({ periodSeconds: 10 }), strategy: 'linear10PercentEvery1Minute' }))).toEqual(
    [],
  );
});

test('a judge that compares with stable is refused where stable has no calls', () => {
  const all: readonly Step[] = [{ setWeight: 100 }, minutes(30), { judge: {} }];
  expect(problems(sequential(all))).toEqual([
    '/strategy: The first judge step comes when the new version has all calls, and the judge sequential compares it with stable in the same periods, so no version can pass it. Judge at a weight below 100 %, or choose the judge threshold or alarms-only.',
  ]);
  expect(problems(aSpec({ judge: mannWhitney, strategy: all }))[0]).toMatch(/judge mann-whitney compares it/);
  expect(problems(aSpec({ judge: threshold(), strategy: all }))).toEqual([]);
  const half: readonly Step[] = [{ setWeight: 50 }, minutes(6)];
  expect(problems(sequential([...half, ...all]))[0]).toMatch(/has had all calls for a while/);
  const soon: readonly Step[] = [...half, { setWeight: 100 }, minutes(1), { judge: {} }];
  expect(problems(sequential(soon))).toEqual([]);
  expect(judgeDoubts(sequential(soon))).toEqual([
    'The first judge step comes 1 minute after the new version has got all calls. The judge sequential compares it with stable in the same periods, and takes a stable version without calls for a standstill. Judge at a weight below 100 %, or choose the judge threshold or alarms-only.',
  ]);
});

test('a judge step before the first weight is refused', () => {
  expect(problems(sequential([minutes(30), { judge: {} }, { setWeight: 10 }]))[0]).toMatch(
    /after 0 seconds of bakes.+Set a weight before it\. Bake for/,
  );
});

test('time that approvals, extensions, hooks and pods may take counts for a strategy, because a judge can use it', () => {
  const short = bake(minutes(2));
  expect(problems(sequential(bake(minutes(1), { approve: { within: { minutes: 9 } } })))).toEqual([]);
  expect(problems({ ...sequential(short), noData: 'extend' })).toEqual([]);
  expect(problems({ ...sequential([{ setWeight: 25 }, { judge: {} }]), noData: 'extend' })).toHaveLength(1);
  expect(
    problems({ ...sequential(short), hooks: { beforeTraffic: [{ function: 'smoke' }], afterTraffic: [] } }),
  ).toEqual([]);
  const manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
  expect(problems({ ...sequential(short), target: { ...onRoute({ kind: 'replicas' }), manifests } })).toEqual([]);
  const all: readonly Step[] = [{ setWeight: 100 }, minutes(60), { judge: {} }];
  const rolling = onRoute({ kind: 'rolling' });
  expect(problems({ ...sequential(all), target: { ...rolling, manifests } })[0]).toMatch(/had all calls for a while/);
});

test('a threshold that can never fail is refused: more failed periods than there are, or a rate above 100 %', () => {
  const never = (change: Parameters<typeof threshold>[0]) =>
    problems(aSpec({ judge: threshold(change), strategy: bake(minutes(3)) }));
  expect(never({ failWhenAtLeast: 3 })).toEqual([
    '/judge/failWhenAtLeast: Before the promotion the new version has at most 2 whole periods of 60 seconds, so 3 of them can never fail. Lower failWhenAtLeast to 2 or less, or bake longer.',
  ]);
  expect(never({ failWhenAtLeast: 2 })).toEqual([]);
  expect(never({ rules: [{ metric: 'errorRatePercent', moreThan: 100 }] })).toEqual([
    '/judge/rules/0/moreThan: No error rate is above 100 %, so this rule can never fail. Write a limit below 100.',
  ]);
  expect(
    never({
      rules: [
        { metric: 'durationP99Ms', moreThan: 100 },
        { metric: 'errorRatePercent', moreThan: 900, observedOnly: true },
      ],
    }),
  ).toEqual([]);
  const strategy = bake(minutes(2));
  expect(problems(aSpec({ judge: threshold({ failWhenAtLeast: 2 }), strategy }))[0]).toMatch(
    /at most 1 whole period of/,
  );
});

test('without a judge step a judge of metrics is doubted when nothing asks it', () => {
  expect(judgeDoubts(aSpec({ judge: mannWhitney, strategy: [{ setWeight: 10 }, minutes(30)] }))).toEqual([
    'The judge mann-whitney decides at judge steps only, and the strategy has none, so it decides nothing. Add { judge: {} } after a bake, or choose the judge alarms-only.',
  ]);
  expect(judgeDoubts(sequential('allAtOnce'))).toEqual([
    'The strategy has no judge step and promotes before the judge sequential has a whole period to judge by, so it decides nothing. Add { judge: {} } after a bake, or choose the judge alarms-only.',
  ]);
  expect(judgeDoubts(sequential([{ setWeight: 10 }, minutes(30)]))).toEqual([]);
  expect(judgeDoubts(aSpec({ judge: { kind: 'alarms-only' }, strategy: 'allAtOnce' }))).toEqual([]);
  expect(judgeDoubts(sequential(bake(minutes(2))))[0]).toMatch(/So no version can pass it/);
});

test('a verdict that depends on the second at which the rollout begins is doubted', () => {
  expect(judgeDoubts(sequential(bake({ bake: { seconds: 150 } })))).toEqual([
    'At the first judge step 0 to 1 whole periods of 60 seconds count for the judge sequential, and 1 is needed: it depends on the second at which the rollout begins. Bake for 3 minutes or more before it.',
  ]);
  expect(judgeDoubts(sequential(bake(minutes(3))))).toEqual([]);
  expect(judgeDoubts(aSpec({ judge: mannWhitney, strategy: bake({ bake: { seconds: 301 } }) }))[0]).toMatch(
    /4 to 5 whole periods.+and 5 are needed.+Bake for 6 minutes/,
  );
});

test('a service that has few minutes of history needs more periods, and the doubt says how many', () => {
  const spec = sequential(bake(minutes(4)));
  expect(judgeDoubts(spec, { historyMinutes: 60 })).toEqual([]);
  expect(judgeDoubts(spec, { historyMinutes: 0 })).toEqual([
    'The judge sequential needs 5 periods of 60 seconds at the first judge step while stable has had few minutes of calls, and the bakes before it leave fewer. Wait some minutes before the first deployment, or bake for 7 minutes or more.',
  ]);
  expect(judgeDoubts(spec, { historyMinutes: 3 })).toEqual([]);
  expect(judgeDoubts(aSpec({ judge: threshold() }), { historyMinutes: 0 })).toEqual([]);
});

test('too little traffic is doubted with the requests that are there and those that are needed', () => {
  expect(judgeDoubts(sequential(bake(minutes(3))), { requestsPerSecond: 2, neverUnhealthy })).toEqual([
    'At 2 requests a second the new version has about 30 requests that count by the first judge step, and 100 are needed. Bake for about 3 minutes longer, change the weight, or lower minimumRequests.',
  ]);
  expect(judgeDoubts(sequential(bake(minutes(3))), { requestsPerSecond: 20, neverUnhealthy })).toEqual([]);
  expect(
    judgeDoubts(sequential([{ setWeight: 99 }, minutes(3), { judge: {} }]), {
      requestsPerSecond: 20,
      neverUnhealthy,
    })[0],
  ).toMatch(/stable has about 12 requests that count/);
  const late: readonly Step[] = [{ setWeight: 50 }, minutes(4), { setWeight: 100 }, minutes(2), { judge: {} }];
  expect(
    judgeDoubts(sequential(late, { minimumRequests: 1 }), { requestsPerSecond: 0.001, neverUnhealthy })[1],
  ).toMatch(/Bake longer, change the weight/);
  expect(
    judgeDoubts(aSpec({ judge: threshold(), strategy: bake(minutes(5)) }), { requestsPerSecond: 0.5, neverUnhealthy }),
  ).toEqual([
    'At 0.5 requests a second the new version has about 7.5 requests in 60 seconds before the first judge step, and a period counts from 10 on. Raise the weight, or lower minimumRequests.',
  ]);
  expect(
    judgeDoubts(aSpec({ judge: threshold(), strategy: bake(minutes(5)) }), { requestsPerSecond: 1, neverUnhealthy }),
  ).toEqual([]);
  expect(
    judgeDoubts(aSpec({ judge: mannWhitney, strategy: bake(minutes(8)) }), {
      requestsPerSecond: 0.05,
      neverUnhealthy,
    })[0],
  ).toMatch(/about 3.\d whole minutes before the first judge step have calls of both versions, and 5 are needed/);
  expect(
    judgeDoubts(aSpec({ judge: mannWhitney, strategy: bake(minutes(8)) }), { requestsPerSecond: 5, neverUnhealthy }),
  ).toEqual([]);
});

test('traffic by which harm can never be shown is doubted', () => {
  const few = { minimumRequests: 1, falseRollbackPercent: 0.01 };
  expect(judgeDoubts(sequential(bake(minutes(4)), few), { requestsPerSecond: 0.1, neverUnhealthy })[0]).toMatch(
    /At 0.1 requests a second .+ even if all of them fail, the judge sequential cannot find it unhealthy/,
  );
  expect(judgeDoubts(sequential(bake(minutes(4)), few), { requestsPerSecond: 10, neverUnhealthy })).toEqual([]);
});

test('what the most harmful data cannot show, no data of as many requests shows', () => {
  const version = fc.integer({ min: 0, max: 12 });
  const periods = fc.array(fc.record({ canary: version, stable: version }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(periods, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (drawn, shares) => {
      const judge = aSequentialJudge({
        warmUp: { seconds: 0 },
        metrics: [{ metric: 'errors', weight: 1, observedOnly: false }],
      });
      fc.pre(
        neverUnhealthy(
          judge,
          drawn.map((each, index) => ({ index, ...each })),
        ),
      );
      const of = (requests: number) => ({
        requests,
        errors: Math.round(requests * (shares.next().value as number)),
        durationP99Ms: null,
      });
      const rows = drawn.map(
        ({ canary, stable }, index): PeriodRow => ({
          startsAt: OPENED_AT + index * MINUTE,
          canary: of(canary),
          stable: of(stable),
        }),
      );
      const baseline = { latenciesMs: [], histories: { errors: { rate: 0.01, burstiness: 0, minutes: 60 } } };
      expect(judgeRows({ judge, rows, baseline, alarms: [] }).kind).not.toBe('unhealthy');
    }),
    { numRuns: 500 },
  );
});
