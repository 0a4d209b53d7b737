import { policyProblems, type SequentialPolicy } from '../../src/domain/verdict/policy.ts';
import { verdictOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { after, aPolicy, aSeries, minutes } from './a-minute.ts';

const metric = { name: 'errors', weight: 1, series: [aSeries()], observedOnly: false };

test('the defaults are a good policy', () => {
  expect(policyProblems(aPolicy())).toEqual([]);
  expect(policyProblems(aPolicy({ metrics: [{ ...metric, series: [aSeries({ history: null })] }] }))).toEqual([]);
});

const wrong: readonly [string, Partial<SequentialPolicy>, string][] = [
  ['an alpha of 0', { alpha: 0 }, '/alpha'],
  ['an alpha that is no number', { alpha: Number.NaN }, '/alpha'],
  ['a beta of 1', { beta: 1 }, '/beta'],
  ['a harmless ratio that is not on the list', { harmlessRatio: 1.01 }, '/harmlessRatio'],
  ['a harm ratio that is not on the list', { harmRatio: 1.51 }, '/harmRatio'],
  ['a harm that is none', { harmRatio: 0.9, harmlessRatio: 0.8 }, '/harmRatio'],
  ['a harm below what is harmless', { harmRatio: 1.2, harmlessRatio: 1.5 }, '/harmRatio'],
  ['a margin below 0', { margin: -0.1 }, '/margin'],
  ['a margin above all requests', { margin: 1.1 }, '/margin'],
  ['half a millisecond of warm-up', { warmUpMs: 0.5 }, '/warmUpMs'],
  ['a minimum below 0', { minimumRequests: -1 }, '/minimumRequests'],
  ['a minimum of errors without end', { minimumErrors: Number.POSITIVE_INFINITY }, '/minimumErrors'],
  ['no metric', { metrics: [] }, '/metrics'],
  ['only metrics that are observed', { metrics: [{ ...metric, observedOnly: true }] }, '/metrics'],
  ['a metric without weight', { metrics: [{ ...metric, weight: 0 }] }, '/metrics/0/weight'],
  ['a metric of endless weight', { metrics: [{ ...metric, weight: Number.POSITIVE_INFINITY }] }, '/metrics/0/weight'],
  ['a metric that counts nothing', { metrics: [{ ...metric, series: [] }] }, '/metrics/0/series'],
  ...[
    aSeries({ harms: [] }),
    aSeries({ harms: [{ ratio: 1.01, weight: 1 }] }),
    aSeries({ harms: [{ ratio: 2, weight: 0 }] }),
    aSeries({ harms: [{ ratio: 0.5, weight: 1 }] }),
    aSeries({ history: { rate: 2, burstiness: 0 } }),
    aSeries({ history: { rate: 0.01, burstiness: Number.NaN } }),
    aSeries({ history: { rate: 0.01, burstiness: Number.POSITIVE_INFINITY } }),
  ].map((series): [string, Partial<SequentialPolicy>, string] => [
    `the series ${JSON.stringify(series)}`,
    { metrics: [{ ...metric, series: [series] }] },
    '/metrics/0/series',
  ]),
];

test.each(wrong)('%s is refused, and the judge reaches no verdict with it', (_what, change, pointer) => {
  const policy = aPolicy(change);
  const [problem] = policyProblems(policy);
  const verdict = verdictOf(after(policy, minutes(5, [100, 90])));

  expect(problem?.pointer).toBe(pointer);
  expect(verdict).toMatchObject({ kind: 'inconclusive', advice: 'hold', because: problem?.detail });
});
