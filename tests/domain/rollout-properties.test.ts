import fc from 'fast-check';
import { acceptSignal } from '../../src/domain/deployment/accept-signal.ts';
import { type Deployment, ENDED, IN_FLIGHT } from '../../src/domain/deployment/deployment.ts';
import {
  afterShift,
  afterVerdict,
  decideNext,
  EXTENSIONS_MAX,
  isBakeOver,
  nextStep,
  takeUpSignal,
} from '../../src/domain/deployment/rollout.ts';
import { ADVANCES, RETREATS, type SignalKind } from '../../src/domain/deployment/signal.ts';
import { durationMs } from '../../src/domain/duration.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { aDeployment, aSignal, MINUTE, OPENED_AT } from './a-deployment.ts';

const anyKind = fc.constantFrom<SignalKind>(...RETREATS, ...ADVANCES);
const anyStep = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map((setWeight): Step => ({ setWeight })),
  fc.integer({ min: 1, max: 20 }).map((minutes): Step => ({ bake: { minutes } })),
  fc.constant<Step>({ judge: {} }),
  fc.integer({ min: 1, max: 20 }).map((minutes): Step => ({ approve: { within: { minutes } } })),
);
const anySteps = fc.array(anyStep, { maxLength: 8 });
const risingSteps = anySteps.map((steps) => {
  const weights = steps.flatMap((step) => ('setWeight' in step ? [step.setWeight] : [])).sort((a, b) => a - b);
  const rising = [...new Set(weights)];
  return steps.flatMap((step): Step[] => {
    if (!('setWeight' in step)) return [step];
    const setWeight = rising.shift();
    return setWeight === undefined ? [] : [{ setWeight }];
  });
});
const anyTime = fc.integer({ min: 0, max: 3 * 60 * MINUTE });

const WORDS = ['shift', 'bake', 'judge', 'approve', 'hold', 'promote', 'rollBack', 'stop'];

test('every deployment gets one decision at every time, and each wait is a second or more and ends by the deadline', () => {
  const anyDeployment = fc.record({
    status: fc.constantFrom(...IN_FLIGHT, ...ENDED),
    steps: anySteps,
    signal: fc.option(anyKind.map((kind) => aSignal(kind))),
    stepIndex: fc.integer({ min: 0, max: 9 }),
    pausedAt: fc.option(anyTime.map((ms) => OPENED_AT + ms)),
    because: fc.option(fc.string()),
  });
  fc.assert(
    fc.property(anyDeployment, anyTime, ({ stepIndex, pausedAt, ...change }, ms) => {
      const deployment = aDeployment({ ...change, progress: { stepIndex, pausedAt } });
      const now = OPENED_AT + ms;
      const decision = decideNext(deployment, now);

      expect(WORDS).toContain(decision.do);
      if (!('forSeconds' in decision)) return;
      expect(Number.isInteger(decision.forSeconds) && decision.forSeconds >= 1).toBe(true);
      expect(now + (decision.forSeconds - 1) * 1_000).toBeLessThan(deployment.deadlineAt);
    }),
  );
});

/**
 * Walks a deployment through its rollout without the outside world: it carries out each decision, with random signals
 * and verdicts in between.
 */
function* walk(start: Deployment, chances: readonly Chance[]): Generator<Deployment> {
  let deployment = start;
  let now = OPENED_AT;
  for (const { signal, verdict, minutes } of chances) {
    if (signal !== null && acceptSignal(deployment, signal).answer === 'record') {
      deployment = takeUpSignal({ ...deployment, signal: aSignal(signal) }, now);
    }
    const next = decideNext(deployment, now);
    switch (next.do) {
      case 'shift':
        deployment = afterShift(deployment, { toPercent: next.toPercent, now });
        break;
      case 'bake':
        now += Math.min(minutes * MINUTE, next.forSeconds * 1_000);
        if (isBakeOver(deployment, now)) deployment = nextStep(deployment, now);
        break;
      case 'approve':
      case 'hold':
        now += Math.min(minutes * MINUTE, next.forSeconds * 1_000);
        break;
      case 'judge':
        deployment = afterVerdict(deployment, { verdict: { kind: verdict, because: 'so', evidence: [] }, now });
        break;
      case 'promote':
      case 'rollBack':
      case 'stop':
        return;
    }
    yield deployment;
  }
}

interface Chance {
  readonly signal: SignalKind | null;
  readonly verdict: Verdict['kind'];
  readonly minutes: number;
}
const anyChance: fc.Arbitrary<Chance> = fc.record({
  signal: fc.option(anyKind, { freq: 4 }),
  verdict: fc.constantFrom('healthy', 'unhealthy', 'inconclusive'),
  minutes: fc.integer({ min: 1, max: 30 }),
});
const anyChances = fc.array(anyChance, { maxLength: 60 });

test('on the way forward the weight never falls, whatever the signals and verdicts', () => {
  fc.assert(
    fc.property(risingSteps, anyChances, (steps, chances) => {
      let before = 0;
      for (const { atPercent } of walk(aDeployment({ steps }), chances)) {
        expect(atPercent).toBeGreaterThanOrEqual(before);
        before = atPercent;
      }
    }),
  );
});

test('no bake is extended more often than the bound', () => {
  fc.assert(
    fc.property(risingSteps, anyChances, (steps, chances) => {
      for (const { progress } of walk(aDeployment({ steps, spec: { noData: 'extend' } }), chances)) {
        expect(progress.extensions).toBeLessThanOrEqual(EXTENSIONS_MAX);
      }
    }),
  );
});

test('an approval is passed only by approve or promote', () => {
  const steps: Step[] = [{ setWeight: 5 }, { judge: {} }, { approve: { within: { hours: 1 } } }, { setWeight: 50 }];
  const others = anyChances.map((chances) =>
    chances.filter(({ signal }) => signal !== 'approve' && signal !== 'promote'),
  );
  fc.assert(
    fc.property(others, (chances) => {
      for (const { atPercent } of walk(aDeployment({ steps }), chances)) expect(atPercent).toBeLessThanOrEqual(5);
    }),
  );
});

test('paused time never shortens a bake: it ends only after its full length of running time', () => {
  const bake = { minutes: 10 } as const;
  const pauses = fc.array(fc.record({ runMs: anyTime, pauseMs: anyTime, again: fc.boolean() }), { maxLength: 6 });
  fc.assert(
    fc.property(pauses, (stretches) => {
      let deployment = aDeployment({ steps: [{ bake }], deadlineAt: Number.MAX_SAFE_INTEGER });
      let now = OPENED_AT;
      let ranMs = 0;
      for (const { runMs, pauseMs, again } of stretches) {
        now += runMs;
        ranMs += runMs;
        expect(isBakeOver(deployment, now)).toBe(ranMs >= durationMs(bake));
        deployment = takeUpSignal({ ...deployment, signal: aSignal('pause') }, now);
        now += pauseMs;
        expect(isBakeOver(deployment, now)).toBe(false);
        if (again) deployment = takeUpSignal({ ...deployment, signal: aSignal('pause') }, now);
        deployment = takeUpSignal({ ...deployment, signal: aSignal('resume') }, now);
      }
    }),
  );
});
