import { matchProblem } from '../../src/domain/alarms/alarm-match.ts';
import type { AlarmReading } from '../../src/domain/alarms/alarm-reading.ts';
import { artifactProblem } from '../../src/domain/deployment/deployment.ts';
import { judgePreflight } from '../../src/domain/preflight/preflight.ts';
import { error, good, live, own, quiet } from './a-preflight.ts';

const CHECKOUT = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const judged = (reading: Partial<AlarmReading>, children: readonly AlarmReading[] = []) =>
  judgePreflight({ ...good, alarms: [{ ...quiet, ...reading }], children });

test('a query of another namespace is trusted', () => {
  expect(matchProblem({ metrics: [], queries: ['SELECT AVG(Orders) FROM Shop'] }, CHECKOUT)).toBeNull();
});

test('an image of 500 characters fits into an order to a cluster, and one of 501 does not', () => {
  expect(artifactProblem('kubernetes', { image: 'i'.repeat(500) })).toBeNull();
  expect(artifactProblem('kubernetes', { image: 'i'.repeat(501) })).toMatch(/has 501 characters/);
});

test('an alias with all calls on the canary of a promotion is that deployment’s own, and on another it is not', () => {
  const whole = { ...own, atPercent: 100 };

  expect(judgePreflight({ ...good, live: { ...live, stable: '42' }, wantedName: null, own: whole })).toEqual([]);
  expect(judgePreflight({ ...good, live, own: whole })).toMatchObject([error('targetIsWhole', /somebody else moved/)]);
});

test('a split beside a deployment that has no version yet was made by somebody else', () => {
  const split = { ...live, canary: '43', canaryPercent: 10 };
  const unpublished = { ...own, canary: null, atPercent: 0 };

  expect(judgePreflight({ ...good, live: split, own: unpublished })).toMatchObject([
    error('targetIsWhole', /recorded 0 % on version unknown: somebody else moved it/),
  ]);
});

test.each<[Partial<AlarmReading>, RegExp]>([
  [{ treatMissingData: 'breaching' }, /counts missing data as bad/],
  [{ treatMissingData: 'notBreaching' }, /counts missing data as good/],
])('an alarm without data (%j) was changed just now when it counts missing data', (change, words) => {
  expect(judged({ ...change, state: 'INSUFFICIENT_DATA' })).toMatchObject([error('alarmHasData', words)]);
});

test('a composite alarm without data waits for the alarms in its rule', () => {
  const reading = { state: 'INSUFFICIENT_DATA', children: ['part'] } as const;

  expect(judged(reading, [{ ...quiet, name: 'part' }])).toMatchObject([error('alarmHasData', /made of other alarms/)]);
});

test('an alarm in a rule whose own rule names no alarm sees nothing', () => {
  expect(judged({ children: ['part'] }, [{ ...quiet, name: 'part', children: [] }])).toMatchObject([
    error('alarmMatchesTarget', /Alarm part has a rule without an alarm/),
  ]);
});
