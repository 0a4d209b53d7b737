import { ENDED } from '../../src/domain/deployment/deployment.ts';
import {
  afterShift,
  afterVerdict,
  type Decision,
  decideNext,
  EXTENSIONS_MAX,
  isBakeOver,
  momentSeconds,
  nextStep,
  stepEndsAt,
  takeUpSignal,
} from '../../src/domain/deployment/rollout.ts';
import { ADVANCES, RETREATS } from '../../src/domain/deployment/signal.ts';
import type { Verdict } from '../../src/domain/verdict/verdict.ts';
import { aDeployment, aSignal, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';

const now = OPENED_AT;
const deadlineAt = OPENED_AT + 60 * MINUTE;
const approval = { steps: [{ approve: { within: { minutes: 10 } } }] } as const;
const at = (stepIndex: number): DeploymentChange => ({ progress: { stepIndex } });
const verdictOf = (kind: Verdict['kind']): Verdict => ({ kind, because: 'the evidence says so', evidence: [] });

const decisions: readonly [string, DeploymentChange, Decision][] = [
  ['a weight is due: shift', at(0), { do: 'shift', toPercent: 10 }],
  ['a bake is due: bake for all of it', at(1), { do: 'bake', forSeconds: 300 }],
  ['a judgement is due: judge', at(2), { do: 'judge' }],
  ['no step is left: promote', at(3), { do: 'promote' }],
  ['an approval is due: wait for a person', approval, { do: 'approve', forSeconds: 600 }],
  [
    'part of a bake is over',
    { progress: { stepIndex: 1, stepStartedAt: now - MINUTE } },
    { do: 'bake', forSeconds: 240 },
  ],
  [
    'an overdue bake is waited for a second',
    { progress: { stepIndex: 1, stepStartedAt: 0 } },
    { do: 'bake', forSeconds: 1 },
  ],
  ['half a second is a second', { ...at(1), deadlineAt: now + 500 }, { do: 'bake', forSeconds: 1 }],
  ['a bake never outlasts the deadline', { ...at(1), deadlineAt: now + MINUTE }, { do: 'bake', forSeconds: 60 }],
  [
    'an approval never outlasts the deadline',
    { ...approval, deadlineAt: now + MINUTE },
    { do: 'approve', forSeconds: 60 },
  ],
  [
    'an approval that nobody gave goes back',
    { ...approval, progress: { stepStartedAt: now - 10 * MINUTE } },
    { do: 'rollBack', because: 'Nobody approved it within the time that the strategy gives' },
  ],
  [
    'the deadline goes back',
    { deadlineAt: now },
    { do: 'rollBack', because: 'The deadline of the rollout has passed' },
  ],
  [
    'a paused one holds until its deadline',
    { progress: { pausedAt: now } },
    { do: 'hold', forSeconds: 3_600, because: 'It is paused' },
  ],
  [
    'and says why',
    { progress: { pausedAt: now }, because: 'lunch' },
    { do: 'hold', forSeconds: 3_600, because: 'lunch' },
  ],
  [
    'one that goes back goes on going back',
    { status: 'rollingBack', because: 'red' },
    { do: 'rollBack', because: 'red' },
  ],
  ['even without a reason on record', { status: 'rollingBack' }, { do: 'rollBack', because: 'it was rolling back' }],
  ['an advance alone decides nothing', { ...at(0), signal: aSignal('pause') }, { do: 'shift', toPercent: 10 }],
];

test.each(decisions)('%s', (_claim, change, expected) => {
  expect(decideNext(aDeployment(change), now)).toEqual(expected);
});

test.each(RETREATS)('%s comes before pause, deadline and step', (kind) => {
  const deployment = aDeployment({ signal: aSignal(kind), deadlineAt: now, progress: { pausedAt: now } });

  expect(decideNext(deployment, now)).toEqual({ do: 'rollBack', because: `somebody wants ${kind}` });
});

test.each(ENDED)('a deployment that ended as %s stops, even with a retreat pending', (status) => {
  const deployment = aDeployment({ status, signal: aSignal('abort') });

  expect(decideNext(deployment, now)).toEqual({ do: 'stop', because: `it has ended as ${status}` });
});

test.each<[string, DeploymentChange, number, boolean]>([
  ['a bake is over at its last millisecond', at(1), now + 5 * MINUTE, true],
  ['a bake is not over a millisecond earlier', at(1), now + 5 * MINUTE - 1, false],
  [
    'a bake is not over while the rollout is paused',
    { progress: { stepIndex: 1, pausedAt: now } },
    now + 6 * MINUTE,
    false,
  ],
  ['another step is no bake', at(2), now + 6 * MINUTE, false],
  ['the promotion is no bake', at(3), now + 6 * MINUTE, false],
])('%s', (_claim, change, when, expected) => {
  expect(isBakeOver(aDeployment(change), when)).toBe(expected);
});

test('the next step starts its own clock', () => {
  expect(nextStep(aDeployment(), now + 5).progress).toMatchObject({ stepIndex: 1, stepStartedAt: now + 5 });
});

test('after a shift the weight is recorded and the evidence starts again', () => {
  const shifted = afterShift(aDeployment({ status: 'opened', progress: { extensions: 2 } }), {
    toPercent: 10,
    now: now + 5,
  });

  expect(shifted).toMatchObject({ status: 'rollingOut', atPercent: 10 });
  expect(shifted.progress).toEqual({ stepIndex: 1, stepStartedAt: now + 5, pausedAt: null, extensions: 0 });
});

describe('taking up a signal', () => {
  test('without a signal, taking up changes nothing', () => {
    const deployment = aDeployment();
    expect(takeUpSignal(deployment, now)).toBe(deployment);
  });

  test.each(RETREATS)('%s turns the rollout back, and stays', (kind) => {
    const signal = aSignal(kind);
    expect(takeUpSignal(aDeployment({ signal }), now)).toMatchObject({
      status: 'rollingBack',
      because: `somebody wants ${kind}`,
      signal,
    });
  });

  test.each(ADVANCES)('%s, on a rollout that has turned back, is used up and changes nothing', (kind) => {
    const deployment = aDeployment({ status: 'rollingBack', because: 'a hook failed', signal: aSignal(kind) });
    expect(takeUpSignal(deployment, now)).toEqual({ ...deployment, signal: null });
  });

  test.each(ADVANCES)('%s uses the signal up', (kind) => {
    expect(takeUpSignal(aDeployment({ signal: aSignal(kind) }), now).signal).toBeNull();
  });

  test('promote skips all steps, paused or not', () => {
    const paused = aDeployment({
      status: 'paused',
      because: 'lunch',
      signal: aSignal('promote'),
      progress: { pausedAt: now },
    });
    const promoted = takeUpSignal(paused, now + 5);

    expect(promoted).toMatchObject({ status: 'rollingOut', because: null });
    expect(decideNext(promoted, now + 5)).toEqual({ do: 'promote' });
  });

  test('a second pause does not restart the clock of the first one', () => {
    const again = takeUpSignal(aDeployment({ signal: aSignal('pause'), progress: { pausedAt: now } }), now + MINUTE);

    expect(again.progress.pausedAt).toBe(now);
  });

  test('resume gives the bake its remaining time', () => {
    const paused = takeUpSignal(aDeployment({ ...at(1), signal: aSignal('pause') }), now + MINUTE);
    const resumed = takeUpSignal({ ...paused, signal: aSignal('resume') }, now + 21 * MINUTE);

    expect(paused).toMatchObject({ status: 'paused', because: 'somebody wants pause' });
    expect(resumed).toMatchObject({ status: 'rollingOut', because: null });
    expect(decideNext(resumed, now + 21 * MINUTE)).toEqual({ do: 'bake', forSeconds: 240 });
  });

  test.each<[string, 'skip' | 'approve', DeploymentChange, number]>([
    ['skip ends a bake', 'skip', at(1), 2],
    ['skip ends a judgement', 'skip', at(2), 3],
    ['skip leaves a shift that became due meanwhile', 'skip', at(0), 0],
    ['skip leaves an approval that became due meanwhile', 'skip', approval, 0],
    ['skip leaves the promotion', 'skip', at(3), 3],
    ['approve ends an approval', 'approve', approval, 1],
    ['approve leaves a bake that became due meanwhile', 'approve', at(1), 1],
  ])('%s', (_claim, kind, change, stepIndex) => {
    const taken = takeUpSignal(aDeployment({ status: 'awaitingApproval', ...change, signal: aSignal(kind) }), now);

    expect(taken.progress.stepIndex).toBe(stepIndex);
    expect(taken.status).toBe('rollingOut');
  });
});

describe('after a verdict', () => {
  const judging = (change: DeploymentChange = {}) => aDeployment({ ...at(2), ...change });

  test('a healthy verdict goes to the next step', () => {
    const after = afterVerdict(judging({ progress: { stepIndex: 2, extensions: 2 } }), {
      verdict: verdictOf('healthy'),
      now,
    });
    expect(after.progress).toMatchObject({ stepIndex: 3, extensions: 0 });
  });

  test('an unhealthy verdict rolls back', () => {
    const after = afterVerdict(judging(), { verdict: verdictOf('unhealthy'), now });
    expect(after).toMatchObject({ status: 'rollingBack', because: 'the evidence says so' });
  });

  test('an inconclusive verdict with the policy rollBack rolls back', () => {
    const after = afterVerdict(judging({ spec: { noData: 'rollBack' } }), { verdict: verdictOf('inconclusive'), now });
    expect(after).toMatchObject({ status: 'rollingBack', because: 'the evidence says so' });
  });

  test('an inconclusive verdict with the policy hold waits for a person', () => {
    const after = afterVerdict(judging({ spec: { noData: 'hold' } }), { verdict: verdictOf('inconclusive'), now });
    expect(after).toMatchObject({ status: 'paused', because: 'the evidence says so', progress: { pausedAt: now } });
  });

  test('a verdict that both versions are bad waits for a person, even with the policy rollBack', () => {
    const verdict = { ...verdictOf('inconclusive'), holds: true } as const;
    const after = afterVerdict(judging({ spec: { noData: 'rollBack' } }), { verdict, now });
    expect(after).toMatchObject({ status: 'paused', because: verdict.because });
  });

  test('an inconclusive verdict with the policy extend bakes again, a bounded number of times, and then rolls back', () => {
    let deployment = judging({ spec: { noData: 'extend' } });
    let bakes = 0;
    while (decideNext(deployment, now).do !== 'rollBack') {
      deployment = afterVerdict(deployment, { verdict: verdictOf('inconclusive'), now });
      if (decideNext(deployment, now).do !== 'bake') continue;
      bakes += 1;
      deployment = nextStep(deployment, now);
    }
    expect(bakes).toBe(EXTENSIONS_MAX);
    expect(deployment.because).toBe('the evidence says so, and it was prolonged 3 times');
  });

  test.each<[string, DeploymentChange]>([
    ['no step', { steps: [{ judge: {} }], progress: { stepIndex: 0 } }],
    ['no bake', { steps: [{ setWeight: 5 }, { judge: {} }], progress: { stepIndex: 1 } }],
  ])('there is no bake to extend when %s comes before the judgement', (_what, change) => {
    const deployment = aDeployment({ spec: { noData: 'extend' }, ...change });
    expect(afterVerdict(deployment, { verdict: verdictOf('inconclusive'), now }).status).toBe('rollingBack');
  });
});

test.each<[string, DeploymentChange, number | null]>([
  ['a bake ends when its time is over', { progress: { stepIndex: 1, stepStartedAt: now } }, now + 5 * MINUTE],
  ['a bake ends at the deadline at the latest', { ...at(1), deadlineAt: now + MINUTE }, now + MINUTE],
  ['an approval ends when its time is over', { ...approval, status: 'awaitingApproval' }, now + 10 * MINUTE],
  ['a hold ends at the deadline', { ...at(1), status: 'paused', progress: { pausedAt: now } }, deadlineAt],
  ['a shift has no known end', at(0), null],
  ['a judgement has no known end', at(2), null],
  ['a promotion has no known end', at(3), null],
  ['a step that is rolled back has no known end', { ...at(1), status: 'rollingBack' }, null],
  ['a step that somebody aborts has no known end', { ...at(1), signal: aSignal('abort') }, null],
])('%s', (_what, change, endsAt) => {
  expect(stepEndsAt(aDeployment(change))).toBe(endsAt);
});

test('the deadline is a point in time that holds during a hold as well', () => {
  const held = aDeployment({ progress: { pausedAt: now } });
  expect(decideNext(held, deadlineAt - 1)).toMatchObject({ do: 'hold', forSeconds: 1 });
  expect(decideNext(held, deadlineAt).do).toBe('rollBack');
});

test("a moment is a tenth of the step's time so far, from 5 seconds to 10 minutes, never past the deadline", () => {
  const deployment = aDeployment({ deadlineAt: OPENED_AT + 7 * 24 * 60 * MINUTE });
  const momentAfter = (ms: number) => momentSeconds(deployment, OPENED_AT + ms);

  expect([0, MINUTE, 10 * MINUTE, 24 * 60 * MINUTE].map(momentAfter)).toEqual([5, 6, 60, 600]);
  expect(momentSeconds(aDeployment(), OPENED_AT + 60 * MINUTE - 2_000)).toBe(2);
  let waits = 0;
  for (let ms = 0; ms < 7 * 24 * 60 * MINUTE; ms += momentAfter(ms) * 1_000) waits += 1;
  // One round has at most 20 events, and an execution has at most 25,000.
  expect(waits * 20).toBeLessThan(25_000);
});

test('a shift after others had moved the target starts the evidence again', () => {
  const moved = aDeployment({ atPercent: 100, progress: { stepIndex: 0, others: '100 % on version 42' } });
  expect(afterShift(moved, { toPercent: 10, now: now + 1 }).progress).toMatchObject({
    others: undefined,
    evidenceFrom: now + 1,
  });
  expect(afterShift(aDeployment(), { toPercent: 10, now }).progress.evidenceFrom).toBeUndefined();
});

test('a promote by a person is stored, so that missing evidence does not hold it', () => {
  expect(takeUpSignal(aDeployment({ signal: aSignal('promote') }), now).progress.isForced).toBe(true);
});
