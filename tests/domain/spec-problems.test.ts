import fc from 'fast-check';
import { specProblems } from '../../src/domain/preflight/spec-problems.ts';
import type { Judge } from '../../src/domain/service/service-spec.ts';
import { PRESETS, type Step } from '../../src/domain/service/strategy.ts';
import { aSpec } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';
import { onRoute, ROUTES } from './a-workload.ts';

const threshold: Extract<Judge, { kind: 'threshold' }> = {
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 1 }],
  failWhenAtLeast: 2,
  ofLastPeriods: 3,
  periodSeconds: 60,
  minimumRequests: 10,
};

test.each(PRESETS)('the preset %s is a good strategy', (strategy) => {
  expect(specProblems(aSpec({ strategy }))).toEqual([]);
});

test('a weight that does not rise is refused with its place', () => {
  const strategy = [{ setWeight: 20 }, { bake: { minutes: 1 } }, { setWeight: 20 }, { setWeight: 10 }] as const;

  expect(specProblems(aSpec({ strategy }))).toEqual([
    { pointer: '/strategy/2/setWeight', detail: expect.stringContaining('does not rise above the 20 before it') },
    { pointer: '/strategy/3/setWeight', detail: expect.stringContaining('Weights only go up; to go back, abort.') },
  ]);
});

test('any strictly rising weights are accepted, in any number', () => {
  const rising = fc.uniqueArray(fc.integer({ min: 1, max: 100 })).map((weights) => weights.sort((a, b) => a - b));
  fc.assert(
    fc.property(rising, (weights) => {
      expect(specProblems(aSpec({ strategy: weights.map((setWeight) => ({ setWeight })) }))).toEqual([]);
    }),
  );
});

test('a judge all of whose rules are only observed is refused', () => {
  const rules = [{ metric: 'errorRatePercent', moreThan: 5, observedOnly: true }] as const;
  expect(specProblems(aSpec({ judge: { ...threshold, rules } }))).toEqual([
    { pointer: '/judge/rules', detail: 'No rule is judged. Write at least one that is not observed only.' },
  ]);
});

test('a rule that can never fail is refused', () => {
  expect(specProblems(aSpec({ judge: { ...threshold, failWhenAtLeast: 4 } }))).toEqual([
    { pointer: '/judge/failWhenAtLeast', detail: expect.stringContaining('Lower it to 3 or less') },
  ]);
  expect(specProblems(aSpec({ judge: { ...threshold, failWhenAtLeast: 3 } }))).toEqual([]);
});

describe('on a cluster', () => {
  const manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
  const strategy = [{ setWeight: 10 }, { bake: { minutes: 1 } }, { setWeight: 100 }] as const;
  const pointers = (route: (typeof ROUTES)[number]) =>
    specProblems(aSpec({ strategy, target: { ...onRoute(route), manifests } })).map(({ pointer }) => pointer);

  test('a route that is all or nothing refuses every weight between, and no other route does', () => {
    expect(ROUTES.map((route) => [route.kind, pointers(route)])).toEqual([
      ['rolling', ['/strategy/0/setWeight']],
      ['replicas', []],
      ['blueGreen', ['/strategy/0/setWeight']],
      ['httpRoute', []],
      ['albIngress', []],
    ]);
  });

  test('the refusal of a weight names the routes that can express it', () => {
    const target = { ...onRoute({ kind: 'blueGreen' }), manifests };
    expect(specProblems(aSpec({ strategy, target }))[0]?.detail).toBe(
      'The route blueGreen sends all calls or none to the new version, so a weight of 10 % cannot be set. Write 100, or choose the route replicas, httpRoute or albIngress.',
    );
  });

  describe('measured by target groups', () => {
    const metricsFrom = {
      kind: 'targetGroups',
      loadBalancer: 'app/shop/0123456789abcdef',
      stable: 'targetgroup/orders/0123456789abcdef',
      canary: 'targetgroup/orders-canary/fedcba9876543210',
    } as const;
    const targetOn = (route: (typeof ROUTES)[number]) => ({ ...onRoute(route), manifests, metricsFrom });
    const albIngress = targetOn({ kind: 'albIngress', name: 'shop-front' });

    test('with target groups, only a route through the load balancer is allowed, and the refusal names it', () => {
      const found = ROUTES.map((route) => specProblems(aSpec({ strategy: 'allAtOnce', target: targetOn(route) })));
      expect(found.map((problems) => problems.map(({ pointer }) => pointer))).toEqual([
        ...Array(4).fill(['/target/metricsFrom/kind']),
        [],
      ]);
      expect(found[3]?.[0]?.detail).toBe(
        'The route httpRoute has no target group for each version. Choose the route albIngress, or metricsFrom slipway, for which the pods write their own metrics.',
      );
    });

    test('with target groups, periods of ten seconds are refused, because a load balancer counts by the minute', () => {
      const problems = (judge: Judge) => specProblems(aSpec({ strategy, target: albIngress, judge }));
      expect(problems({ ...threshold, periodSeconds: 10 })).toEqual([
        { pointer: '/judge/periodSeconds', detail: expect.stringMatching(/would always be empty. Write 60/) },
      ]);
      expect(problems(threshold)).toEqual([]);
    });

    test('pods that write their own metrics may have any route and any period', () => {
      const judge = { ...threshold, periodSeconds: 10 } as const;
      const target = { ...onRoute({ kind: 'replicas' }), manifests, metricsFrom: { kind: 'slipway' } } as const;
      expect(specProblems(aSpec({ strategy, target, judge }))).toEqual([]);
    });
  });
});

test('a sequential judge without metrics, or with one metric twice, is refused', () => {
  const errors = { metric: 'errors', weight: 1, observedOnly: true } as const;

  expect(specProblems(aSpec({ judge: aSequentialJudge({ metrics: [errors, errors] }) }))).toEqual([
    { pointer: '/judge/metrics/1/metric', detail: 'The metric errors is named twice. Take one out.' },
    { pointer: '/judge/metrics', detail: expect.stringContaining('No metric is judged') },
  ]);
});

test('a judge step that comes before any evidence is refused', () => {
  const judge = aSequentialJudge({ warmUp: { minutes: 2 } });
  const problemsOf = (...before: Step[]) =>
    specProblems(aSpec({ judge, strategy: [{ setWeight: 10 }, ...before, { judge: {} }, { bake: { minutes: 9 } }] }));

  expect(problemsOf({ bake: { seconds: 179 } })).toEqual([
    {
      pointer: '/judge/warmUp',
      detail: expect.stringMatching(/after 179 seconds of bakes, and the warm-up of 2 minutes/),
    },
  ]);
  expect(problemsOf({ bake: { minutes: 3 } })).toHaveLength(1);
  expect(problemsOf({ bake: { minutes: 4 } })).toEqual([]);
  expect(problemsOf({ approve: { within: { minutes: 5 } } })).toEqual([]);
  expect(specProblems(aSpec({ judge, strategy: [{ setWeight: 10 }, { bake: { seconds: 5 } }] }))).toEqual([]);
  const gauges = aSpec({ judge: { kind: 'mann-whitney', metrics: ['durationP99Ms'] } });
  expect(specProblems(gauges)).toMatchObject([{ pointer: '/strategy' }]);
  expect(specProblems({ ...gauges, strategy: [{ setWeight: 10 }, { bake: { minutes: 6 } }, { judge: {} }] })).toEqual(
    [],
  );
});
