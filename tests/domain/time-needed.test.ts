import { timeNeeded } from '../../src/domain/deployment/time-needed.ts';
import { durationMs } from '../../src/domain/duration.ts';
import { specProblems } from '../../src/domain/preflight/spec-problems.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
import { aSpec, MINUTE } from './a-deployment.ts';
import { onRoute } from './a-workload.ts';

const approve = (hours: number): Step => ({ approve: { within: { hours } } });
const bake = (minutes: number): Step => ({ bake: { minutes } });
const judge: Step = { judge: {} };
const hooks = { beforeTraffic: [{ function: 'check' }], afterTraffic: [{ webhook: 'https://checks.example.com/' }] };
const manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
const onCluster = { ...onRoute({ kind: 'replicas' }), manifests, readyWithin: { minutes: 5 } } as const;

test.each<[string, Partial<ServiceSpec>, number]>([
  ['nothing but the tasks themselves', { strategy: 'allAtOnce' }, 1],
  ['bakes', { strategy: [{ setWeight: 10 }, bake(30), { setWeight: 50 }, bake(30)] }, 61],
  ['approvals, each to its last second', { strategy: [approve(1), approve(2)] }, 181],
  ['a preset', { strategy: 'linear10PercentEvery1Minute' }, 10],
  ['bakes that are prolonged three times each', { strategy: [bake(5), judge, bake(10), judge], noData: 'extend' }, 61],
  ['a judge step without a bake before it, which prolongs nothing', { strategy: [judge], noData: 'extend' }, 1],
  ['a phase of hooks before the traffic and one after it', { strategy: 'allAtOnce', hooks }, 11],
  [
    'pods that get ready at each weight and for the promotion',
    { strategy: [{ setWeight: 25 }, { setWeight: 50 }], target: onCluster },
    19,
  ],
])('a deadline leaves the time for %s, and a second less is refused', (_what, change, minutes) => {
  const problemsAt = (seconds: number) => specProblems(aSpec({ ...change, deadline: { seconds } }));

  expect(timeNeeded(aSpec(change)).totalMs).toBe(minutes * MINUTE);
  expect(problemsAt(minutes * 60)).toEqual([]);
  expect(problemsAt(minutes * 60 - 1)).toEqual([expect.objectContaining({ pointer: '/deadline' })]);
});

test('the refusal says what takes the time, and the least deadline', () => {
  const strategy = [{ setWeight: 10 }, bake(5), judge, approve(72)];

  expect(specProblems(aSpec({ strategy, deadline: { hours: 2 } }))).toEqual([
    {
      pointer: '/deadline',
      detail:
        'The rollout may take 4326 minutes (5 minutes of bakes, 72 hours of approvals, 1 minute of tasks of Slipway), which the deadline of 2 hours does not leave. Raise the deadline to 4326 minutes or more, or shorten what it is made of.',
    },
  ]);
  expect(specProblems(aSpec({ strategy, deadline: { minutes: 4_326 } }))).toEqual([]);
});

test('a rollout that is too long for any deadline gets the advice to become shorter', () => {
  const [problem] = specProblems(aSpec({ strategy: [approve(168)], deadline: { hours: 168 } }));

  expect(problem?.detail).toMatch(/No deadline is longer than 168 hours, so shorten what it is made of\.$/);
  expect(durationMs({ hours: 168 })).toBeLessThan(timeNeeded(aSpec({ strategy: [approve(168)] })).totalMs);
});
