import fc from 'fast-check';
import { durationMs } from '../../src/domain/duration.ts';
import { judgeDoubts } from '../../src/domain/preflight/judge-doubts.ts';
import { type JudgedSpec, undecidable } from '../../src/domain/preflight/undecidable.ts';
import type { Judge } from '../../src/domain/service/service-spec.ts';
import { planSteps, type Step } from '../../src/domain/service/strategy.ts';
import type { Baseline } from '../../src/domain/verdict/baseline.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import type { PeriodRow, VersionPeriod } from '../../src/domain/verdict/period-row.ts';
import { aSpec } from './a-deployment.ts';
import { aSequentialJudge } from './a-sequential-judge.ts';

/** Half past nine, at the beginning of a minute. */
const HALF_PAST = Date.UTC(2026, 0, 5, 9, 30);
const KNOWN: Baseline = { latenciesMs: [], histories: { errors: { rate: 0.01, burstiness: 0, minutes: 60 } } };

const limit = { metric: 'errorRatePercent', moreThan: 5 } as const;
const threshold = (change: Partial<Extract<Judge, { kind: 'threshold' }>> = {}): Judge => ({
  kind: 'threshold',
  ...{ rules: [limit], failWhenAtLeast: 1, ofLastPeriods: 3, periodSeconds: 60, minimumRequests: 10 },
  ...change,
});

const aJudge: fc.Arbitrary<Exclude<Judge, { kind: 'alarms-only' }>> = fc.oneof(
  fc
    .record({
      periodSeconds: fc.constantFrom(10 as const, 60 as const),
      minimumRequests: fc.constantFrom(1, 100),
      warmUp: fc.integer({ min: 0, max: 200 }).map((seconds) => ({ seconds })),
    })
    .map((change) => aSequentialJudge(change)),
  fc
    .record({ periodSeconds: fc.constantFrom(10 as const, 60 as const), minimumRequests: fc.constantFrom(1, 50) })
    .map((change) => threshold(change) as Extract<Judge, { kind: 'threshold' }>),
  fc.constant({ kind: 'mann-whitney' as const, metrics: ['errorRatePercent' as const] }),
);

/** Weights that rise, with bakes between them, and a judge step at the end. */
const aStrategy: fc.Arbitrary<readonly Step[]> = fc
  .uniqueArray(fc.constantFrom(5, 20, 50, 100), { minLength: 1, maxLength: 3 })
  .chain((weights) =>
    fc.tuple(
      ...weights
        .toSorted((one, other) => one - other)
        .map((setWeight) =>
          fc.integer({ min: 1, max: 400 }).map((seconds): Step[] => [{ setWeight }, { bake: { seconds } }]),
        ),
    ),
  )
  .map((stays) => [...stays.flat(), { judge: {} }]);

/** A moment at which a rollout is opened, and the first calls later in the same minute, in milliseconds. */
const aBeginning = fc
  .tuple(fc.integer({ min: 1, max: 9_998 }), fc.integer({ min: 2, max: 9_999 }), fc.integer({ min: 0, max: 5 }))
  .filter(([openedAt, firstCallAt]) => openedAt < firstCallAt)
  .map(([openedAt, firstCallAt, tens]) => ({
    openedAt: HALF_PAST + tens * 10_000 + openedAt,
    firstCallAt: HALF_PAST + tens * 10_000 + firstCallAt,
  }));

interface Beginning {
  readonly openedAt: number;
  readonly firstCallAt: number;
}
type Draw = (period: number) => { readonly canary: VersionPeriod; readonly stable: VersionPeriod };

/** The rows that a judge may read at the judge step: whole periods, with calls only where the weights send some. */
function rowsOf(spec: JudgedSpec, { openedAt, firstCallAt }: Beginning, draw: Draw): PeriodRow[] {
  const { judge } = spec;
  const periodMs = (judge.kind === 'threshold' || judge.kind === 'sequential' ? judge.periodSeconds : 60) * 1_000;
  let at = firstCallAt;
  let sharedUntil = firstCallAt;
  let weight = 0;
  for (const step of planSteps(spec.strategy)) {
    if ('setWeight' in step) weight = step.setWeight;
    if ('bake' in step) at += durationMs(step.bake);
    if (weight < 100) sharedUntil = at;
  }
  const rows: PeriodRow[] = [];
  for (let startsAt = Math.ceil(openedAt / periodMs) * periodMs; startsAt + periodMs <= at; startsAt += periodMs) {
    const drawn = draw(rows.length);
    const isCalled = startsAt + periodMs > firstCallAt;
    rows.push({
      startsAt,
      canary: isCalled ? drawn.canary : NONE,
      stable: startsAt < sharedUntil ? drawn.stable : NONE,
    });
  }
  return rows;
}

const NONE: VersionPeriod = { requests: 0, errors: 0, durationP99Ms: null };
const GOOD: VersionPeriod = { requests: 1_000, errors: 10, durationP99Ms: 50 };

const aPeriod = fc
  .tuple(fc.constantFrom(0, 1, 7, 100, 5_000), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([requests, share]): VersionPeriod => {
    const errors = Math.round(requests * share);
    return { requests, errors, durationP99Ms: requests > 0 ? 50 : null };
  });
const data = fc.array(fc.tuple(aPeriod, aPeriod), { minLength: 1, maxLength: 20 });

const verdictOf = ({ judge }: JudgedSpec, rows: readonly PeriodRow[]) =>
  judgeRows({ judge, rows, baseline: KNOWN, alarms: [] });

test('a strategy that is refused has no data by which a version passes, and the judge itself decides nothing', () => {
  fc.assert(
    fc.property(aJudge, aStrategy, aBeginning, data, (judge, strategy, beginning, drawn) => {
      const spec = aSpec({ judge, strategy });
      const [problem] = undecidable(spec);
      fc.pre(problem !== undefined);
      const rows = rowsOf(spec, beginning, (period) => {
        const [canary, stable] = drawn[period % drawn.length] as readonly [VersionPeriod, VersionPeriod];
        return { canary, stable };
      });
      const { kind, because } = verdictOf(spec, rows);
      expect(kind).not.toBe('healthy');
      // A version that has all calls can still be found unhealthy, by what came before.
      if (kind === 'unhealthy' && problem?.detail.includes('for a while') !== true)
        expect(because).toContain('within 10 seconds');
    }),
    { numRuns: 1_000 },
  );
});

test('a strategy that is not refused has data by which the judge finds a version healthy', () => {
  fc.assert(
    fc.property(aJudge, aStrategy, (judge, strategy) => {
      const spec = aSpec({ judge, strategy });
      fc.pre(undecidable(spec).length === 0);
      // A short time at 100 % is a doubt and no refusal: a quiet stable version is then no standstill.
      const isShared =
        judge.kind === 'threshold' || !strategy.some((step) => 'setWeight' in step && step.setWeight === 100);
      fc.pre(isShared);
      // The last millisecond of a minute leaves the most whole periods.
      const luckiest = { openedAt: HALF_PAST - 2, firstCallAt: HALF_PAST - 1 };
      const rows = rowsOf(spec, luckiest, () => ({ canary: GOOD, stable: GOOD }));
      expect(verdictOf(spec, rows).kind).toBe('healthy');
    }),
    { numRuns: 1_000 },
  );
});

test('without a doubt about the moment, a good version is found healthy whatever the moment', () => {
  fc.assert(
    fc.property(aJudge, aStrategy, aBeginning, (judge, strategy, beginning) => {
      const spec = aSpec({ judge, strategy });
      fc.pre(judgeDoubts(spec).length === 0);
      const rows = rowsOf(spec, beginning, () => ({ canary: GOOD, stable: GOOD }));
      expect(verdictOf(spec, rows).kind).toBe('healthy');
    }),
    { numRuns: 1_000 },
  );
});
