import type { Preparation } from '../../src/twin/world/world.ts';
import type { Path } from './a-path.ts';
import { MINUTE, SECOND, type Stage } from './a-stage.ts';

/** Sets how Lambda prepares the versions that are published from now on. */
const prepares = ({ cloud }: Stage, change: Partial<Preparation>) =>
  cloud.lambda.putFunction({
    name: 'checkout',
    preparation: { takesMs: MINUTE, becomes: 'Active', reason: '', ...change },
  });

/** Paths of the machine rollout on which a published version is not Active at once. */
export const pendingPaths: readonly Path[] = [
  {
    claim: 'a version whose snapshot takes seven minutes gets its first calls when it is Active',
    async play(stage) {
      prepares(stage, { takesMs: 7 * MINUTE });
      const id = await stage.deploy();
      await stage.pass(7 * MINUTE - SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      expect(stage.status(id)).toBe('rollingOut');
      await stage.pass(MINUTE);
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      await stage.pass(6 * MINUTE);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a version that turns out as Failed ends the rollout with its reason and never had a call',
    async play(stage) {
      const reason = 'The function failed to initialize.';
      prepares(stage, { takesMs: 3 * MINUTE, becomes: 'Failed', reason });
      const id = await stage.deploy();
      await stage.pass(4 * MINUTE);
      expect(stage.live()).toEqual({ 1: 100 });
      expect(stage.deployment(id).because).toContain(`Version 2 is Failed (${reason})`);
      expect(stage.kinds(id)).not.toContain('TrafficShifted');
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'a version that is Pending until the deadline ends the rollout at the deadline, without a call',
    stage: { spec: { deadline: { minutes: 20 } } },
    async play(stage) {
      prepares(stage, { takesMs: 24 * 60 * MINUTE });
      const id = await stage.deploy();
      await stage.pass(20 * MINUTE - SECOND);
      expect(stage.status(id)).toBe('rollingOut');
      await stage.pass(5 * SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      expect(stage.deployment(id).because).toMatch(/^The deadline of the rollout has passed\. No call had moved/);
      expect(stage.states(id).length).toBeLessThan(300);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: 'an abort while a version is Pending is obeyed at the end of the moment that the machine waits',
    async play(stage) {
      prepares(stage, { takesMs: 7 * MINUTE });
      const id = await stage.deploy();
      await stage.pass(MINUTE);
      await stage.abort(id);
      await stage.pass(10 * SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      return id;
    },
    endsIn: 'RolledBack',
  },
];
