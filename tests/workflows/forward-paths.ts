import type { Path } from './a-path.ts';
import { MINUTE, SECOND } from './a-stage.ts';

const threshold = {
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
  failWhenAtLeast: 1,
  ofLastPeriods: 2,
  periodSeconds: 60,
  minimumRequests: 10,
} as const;
const STARVED = { ...threshold, minimumRequests: 1_000_000 };

/** Paths that end with all the traffic on the canary. */
export const forwardPaths: readonly Path[] = [
  {
    claim: 'a good version is promoted through the canary preset',
    stage: { spec: { strategy: 'canary10Percent5Minutes', judge: threshold } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(SECOND);
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      await stage.pass(5 * MINUTE);
      expect(stage.live()).toEqual({ 2: 100 });
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a good version is promoted through the linear preset, ten percent a minute',
    stage: { spec: { strategy: 'linear10PercentEvery1Minute' } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(4 * MINUTE + 5 * SECOND);
      expect(stage.live()).toEqual({ 1: 50, 2: 50 });
      await stage.pass(5 * MINUTE + 5 * SECOND);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'the preset all at once takes no step and still runs both hooks',
    stage: {
      spec: {
        strategy: 'allAtOnce',
        hooks: { beforeTraffic: [{ function: 'check' }], afterTraffic: [{ function: 'check' }] },
      },
    },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(SECOND);
      expect(stage.kinds(id).filter((kind) => kind === 'HookPassed')).toHaveLength(2);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a version that turns out to be live already moves no traffic and waits for nothing',
    async play(stage) {
      const readiness = { pendingUntil: stage.scheduler.now() + 3 * SECOND, becomes: 'Active', reason: '' } as const;
      stage.cloud.lambda.setReadiness('checkout', { version: '$LATEST', readiness });
      const id = await stage.deploy({ artifact: { version: 'latest' } });
      await stage.pass(MINUTE);
      expect([stage.status(id), stage.live()]).toEqual(['unchanged', { 1: 100 }]);
      return id;
    },
    endsIn: 'Unchanged',
  },
  {
    claim: 'a person promotes early, and the rest of the bake is skipped',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(30 * SECOND);
      await stage.signal(id, 'promote');
      await stage.pass(SECOND);
      expect(stage.live()).toEqual({ 2: 100 });
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a pause keeps the rest of the bake for after the resume',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(2 * MINUTE);
      await stage.signal(id, 'pause');
      await stage.pass(20 * MINUTE);
      expect(stage.status(id)).toBe('paused');
      await stage.signal(id, 'resume');
      await stage.pass(2 * MINUTE + 50 * SECOND);
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      await stage.pass(15 * SECOND);
      expect(stage.live()).toEqual({ 2: 100 });
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a skip ends the bake, and the judgement after it is still made',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(10 * SECOND);
      await stage.signal(id, 'skip');
      await stage.pass(SECOND);
      expect(stage.kinds(id)).toContain('VerdictReached');
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'an approval that is given in time continues the rollout',
    stage: { spec: { strategy: [{ setWeight: 10 }, { approve: { within: { minutes: 10 } } }] } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(9 * MINUTE);
      expect(stage.status(id)).toBe('awaitingApproval');
      await stage.signal(id, 'approve');
      await stage.pass(SECOND);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'an inconclusive canary is held until a person promotes it',
    stage: { spec: { judge: STARVED, noData: 'hold' } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(6 * MINUTE);
      expect(stage.status(id)).toBe('paused');
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      await stage.signal(id, 'promote');
      await stage.pass(SECOND);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a throttled call is tried again and does not turn the rollout back',
    stage: {
      faults: {
        script: [1, 2].map((nth) => ({ fault: 'throttle' as const, method: 'setSplit', nth })),
      },
    },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(6 * MINUTE);
      expect(stage.kinds(id).filter((kind) => kind === 'TrafficShifted')).toHaveLength(1);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a shift that dies after its effect is recorded once by the next try',
    stage: { faults: { script: [{ fault: 'crashAfter', method: 'setSplit', nth: 1 }] } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(6 * MINUTE);
      expect(stage.kinds(id).filter((kind) => kind === 'TrafficShifted')).toHaveLength(1);
      return id;
    },
    endsIn: 'Promoted',
  },
];
