import { SlipwayError } from '../../src/domain/errors.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import type { Path } from './a-path.ts';
import { MINUTE, SECOND, type Stage } from './a-stage.ts';

const threshold = {
  kind: 'threshold',
  rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
  failWhenAtLeast: 1,
  ofLastPeriods: 2,
  periodSeconds: 10,
  minimumRequests: 10,
} as const;
export const STARVED = { ...threshold, minimumRequests: 1_000_000 };

export const takeBackNeverWorks: Tamper = (ports) => ({
  ...ports,
  traffic: {
    ...ports.traffic,
    takeBack: () => Promise.reject(new SlipwayError('Transient', 'Lambda is away. Repeat it in a moment.')),
  },
});

const isHome = (stage: Stage) => expect(stage.live()).toEqual({ 1: 100 });

/** Paths of the machine rollout on which the canary does not keep the traffic. */
export const backwardPaths: readonly Path[] = [
  {
    claim: 'an unhealthy verdict at the end of a bake rolls the rollout back',
    stage: {
      spec: { judge: threshold, alarms: [], strategy: [{ setWeight: 10 }, { bake: { seconds: 40 } }, { judge: {} }] },
    },
    async play(stage) {
      const id = await stage.deploy({ artifact: { image: 'bad' } });
      await stage.pass(42 * SECOND);
      isHome(stage);
      expect(stage.kinds(id)).toContain('VerdictReached');
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an alarm ends a bake early, and the traffic is back within a second of its event',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(MINUTE + 10 * SECOND);
      stage.turnRed();
      await stage.pass(SECOND);
      isHome(stage);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an abort has the traffic back before its answer is sent',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(30 * SECOND);
      await stage.abort(id);
      isHome(stage);
      await stage.pass(SECOND);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an approval that is not given in time rolls the rollout back',
    stage: { spec: { strategy: [{ setWeight: 10 }, { approve: { within: { minutes: 10 } } }] } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(10 * MINUTE + 2 * SECOND);
      expect(stage.deployment(id).because).toMatch(/Nobody approved/);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an inconclusive canary is rolled back when the policy says so',
    stage: { spec: { judge: STARVED, noData: 'rollBack' } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(6 * MINUTE);
      isHome(stage);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an inconclusive canary is extended three times and then rolled back',
    stage: { spec: { judge: STARVED, noData: 'extend' } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(19 * MINUTE);
      expect(stage.states(id).filter((state) => state === 'Bake')).toHaveLength(4);
      await stage.pass(2 * MINUTE);
      isHome(stage);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'a check that fails before the traffic leaves the alias unchanged',
    stage: { spec: { hooks: { beforeTraffic: [{ function: 'refusal' }], afterTraffic: [] } } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(SECOND);
      expect(stage.kinds(id)).not.toContain('TrafficShifted');
      expect(stage.deployment(id).because).toMatch(/It is not fit/);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a check that fails after the promotion still undoes it',
    stage: { spec: { strategy: 'allAtOnce', hooks: { beforeTraffic: [], afterTraffic: [{ function: 'refusal' }] } } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(SECOND);
      isHome(stage);
      expect(stage.kinds(id)).toContain('Promoted');
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'a paused rollout rolls back at its deadline',
    stage: { spec: { deadline: { minutes: 30 } } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(MINUTE);
      await stage.signal(id, 'pause');
      await stage.pass(29 * MINUTE);
      isHome(stage);
      expect(stage.deployment(id).because).toMatch(/deadline/);
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'code that cannot be published ends the rollout without a shift',
    async play(stage) {
      const id = await stage.deploy({ artifact: { image: 'unheard of' } });
      await stage.pass(SECOND);
      expect(stage.kinds(id)).toContain('TaskFailed');
      expect(stage.kinds(id)).not.toContain('TrafficShifted');
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a newer deployment supersedes a rollout, and begins when all traffic is on stable',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(MINUTE);
      const next = await stage.deploy({ artifact: { image: 'slow' }, supersede: true });
      await stage.pass(2 * SECOND);
      expect(stage.deployment(id)).toMatchObject({ status: 'superseded', replacedBy: next });
      expect(stage.live()).toEqual({ 1: 90, 3: 10 });
      return id;
    },
    endsIn: 'Superseded',
  },
  {
    claim: 'a third version that another person put live is left alone, and a person is paged',
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(MINUTE);
      stage.cloud.lambda.publishVersion({ functionName: 'checkout', code: CODE });
      stage.cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '3' });
      await stage.pass(2 * MINUTE);
      expect(stage.status(id)).toBe('paused');
      await stage.abort(id);
      await stage.pass(MINUTE);
      expect(stage.live()).toEqual({ 3: 100 });
      expect(stage.pages().length).toBeGreaterThan(0);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a rollback that keeps failing pages a person and stays on the list of repairs',
    stage: { tamper: takeBackNeverWorks, spec: { judge: STARVED, noData: 'rollBack', alarms: [] } },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(15 * MINUTE);
      expect(stage.kinds(id)).toContain('RollBackFailed');
      expect(stage.pages().length).toBeGreaterThan(0);
      expect(stage.status(id)).toBe('rollingBack');
      return id;
    },
    endsIn: 'RollBackFailed',
  },
];

const CODE = { kind: 'modelled', behaviour: { errorPercent: 0, medianMs: 20, p99Ms: 50 } } as const;

/** Paths of the machine rollback. */
export const rollbackPaths: readonly Path[] = [
  {
    claim: 'a rollback after the promotion moves the traffic with its request and then settles',
    stage: { spec: { strategy: 'allAtOnce' } },
    async play(stage) {
      await stage.deploy();
      await stage.pass(SECOND);
      const { id } = await stage.rollBack();
      isHome(stage);
      await stage.pass(SECOND);
      expect(stage.status(id)).toBe('rolledBack');
      return id;
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'an alarm within the watch undoes the promotion',
    stage: { spec: { strategy: 'allAtOnce' } },
    async play(stage) {
      const first = await stage.deploy();
      await stage.pass(MINUTE + 10 * SECOND);
      stage.turnRed();
      await stage.pass(SECOND);
      isHome(stage);
      return stage.deployment(first).replacedBy ?? '';
    },
    endsIn: 'RolledBack',
  },
  {
    claim: 'a rollback to a version that is gone meanwhile fails, pages, and releases the lock',
    stage: {
      spec: { strategy: 'allAtOnce' },
      faults: { script: [1, 2, 3, 4].map((nth) => ({ fault: 'throttle' as const, method: 'takeBack', nth })) },
    },
    async play(stage) {
      await stage.deploy();
      await stage.pass(SECOND);
      const { id } = await stage.rollBack();
      stage.cloud.lambda.putAlias({ functionName: 'checkout', alias: 'slipway-before-live', functionVersion: '2' });
      stage.cloud.lambda.deleteVersion('checkout', { version: '1' });
      await stage.pass(MINUTE);
      expect(stage.status(id)).toBe('failed');
      expect(stage.pages().length).toBeGreaterThan(0);
      expect(stage.ledger.view().locks.get('checkout')?.deploymentId).toBeNull();
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a rollback that can never move the traffic pages a person',
    stage: { tamper: takeBackNeverWorks, spec: { strategy: 'allAtOnce', alarms: [] } },
    async play(stage) {
      await stage.deploy();
      await stage.pass(SECOND);
      const { id } = await stage.rollBack();
      await stage.pass(6 * MINUTE);
      expect(stage.kinds(id)).toContain('RollBackFailed');
      return id;
    },
    endsIn: 'RollBackFailed',
  },
];
