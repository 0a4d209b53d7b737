import { SlipwayError } from '../../src/domain/errors.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import type { Path } from './a-path.ts';
import { MINUTE, SECOND, type Stage } from './a-stage.ts';

const STEPS = [{ setWeight: 10 }, { bake: { minutes: 5 } }, { judge: {} }];
const SPEC = { strategy: STEPS };
const CHECKED = {
  ...SPEC,
  hooks: { beforeTraffic: [{ function: 'check' }], afterTraffic: [{ function: 'check' }] },
};

interface Throttling {
  readonly port: 'traffic' | 'versions' | 'hooks' | 'alarms';
  readonly method: string;
  readonly times?: number;
  /** This number of calls succeeds first. */
  readonly after?: number;
}

/** Refuses calls of a method, by default many more than the retries of a task. */
function throttling({ port, method, times = 15, after = 0 }: Throttling): Tamper {
  let left = times;
  let first = after;
  return (ports) => {
    const real = ports[port] as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
    const refusing = (...values: unknown[]) => {
      first -= 1;
      if (first >= 0 || left <= 0) return real[method]?.(...values);
      left -= 1;
      const error = new SlipwayError('Transient', 'Could not do it: Rate exceeded.', { details: { throttled: true } });
      return Promise.reject(error);
    };
    return { ...ports, [port]: { ...real, [method]: refusing } };
  };
}

/** The timeline reports the delay of the step once, and the throttle does not count against the version. */
async function isWaitedOut(stage: Stage): Promise<string> {
  const id = await stage.deploy();
  await stage.pass(40 * MINUTE);
  expect(stage.kinds(id).filter((kind) => kind === 'StepDelayed')).toHaveLength(1);
  expect(stage.kinds(id)).not.toContain('TaskFailed');
  expect(stage.live()).toEqual({ 2: 100 });
  return id;
}

const waitedOut = (claim: string, stage: Path['stage']): Path => ({
  claim,
  ...(stage && { stage }),
  play: isWaitedOut,
  endsIn: 'Promoted',
});

/** Paths of the machine rollout on which AWS refuses calls for some minutes. */
export const throttledPaths: readonly Path[] = [
  waitedOut('a throttled pin of the version before is waited out', {
    spec: SPEC,
    tamper: throttling({ port: 'traffic', method: 'pin' }),
  }),
  waitedOut('a throttled publication is waited out', {
    spec: SPEC,
    tamper: throttling({ port: 'versions', method: 'publish' }),
  }),
  waitedOut('a throttled shift is waited out', {
    spec: SPEC,
    tamper: throttling({ port: 'traffic', method: 'setSplit' }),
  }),
  waitedOut('a throttled promotion is waited out, and checked after it', {
    spec: { strategy: 'allAtOnce', hooks: CHECKED.hooks },
    tamper: throttling({ port: 'traffic', method: 'setSplit' }),
  }),
  waitedOut('a check before the traffic that is throttled has not failed: it is asked again', {
    spec: { ...CHECKED, hooks: { ...CHECKED.hooks, afterTraffic: [] } },
    tamper: throttling({ port: 'hooks', method: 'run' }),
  }),
  waitedOut('a check after the traffic that is throttled has not failed, and nothing is settled before its answer', {
    spec: { ...CHECKED, hooks: { ...CHECKED.hooks, beforeTraffic: [] } },
    tamper: throttling({ port: 'hooks', method: 'run' }),
  }),
  {
    claim: 'a judge that is throttled reaches no verdict, and looks again until it is not throttled',
    // The preflight reads the alarms once. After that, the reads of the judge and of `observeRollouts` are refused.
    stage: {
      spec: { ...SPEC, judge: { kind: 'alarms-only' } },
      tamper: throttling({ port: 'alarms', method: 'read', times: 40, after: 1 }),
    },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(8 * MINUTE);
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      expect(stage.kinds(id)).not.toContain('VerdictReached');
      expect(stage.kinds(id).filter((kind) => kind === 'StepDelayed')).toHaveLength(1);
      await stage.pass(30 * MINUTE);
      expect(stage.kinds(id).filter((kind) => kind === 'VerdictReached')).toHaveLength(1);
      return id;
    },
    endsIn: 'Promoted',
  },
  {
    claim: 'a throttle that lasts until the deadline ends the rollout at its deadline, with a short execution history',
    stage: {
      spec: { ...SPEC, deadline: { hours: 2 } },
      tamper: throttling({ port: 'traffic', method: 'setSplit', times: 1_000_000 }),
    },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(119 * MINUTE);
      expect(stage.status(id)).toBe('rollingOut');
      await stage.pass(2 * MINUTE);
      expect(stage.deployment(id).because).toMatch(/^The deadline of the rollout has passed\. No call had moved/);
      expect(stage.states(id).length).toBeLessThan(300);
      return id;
    },
    endsIn: 'Failed',
  },
  {
    claim: "an alarm during a shift's wait for Lambda rolls back at once, and the rollout sees it after its wait",
    stage: {
      spec: { strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { setWeight: 50 }, { bake: { minutes: 5 } }] },
      tamper: (ports, pause) => throttledAt50(ports, pause),
    },
    async play(stage) {
      const id = await stage.deploy();
      await stage.pass(8 * MINUTE);
      expect(stage.live()).toEqual({ 1: 90, 2: 10 });
      expect(stage.kinds(id)).toContain('StepDelayed');
      stage.turnRed();
      await stage.pass(2 * SECOND);
      expect(stage.live()).toEqual({ 1: 100 });
      await stage.pass(5 * MINUTE);
      return id;
    },
    endsIn: 'RolledBack',
  },
];

const throttledAt50: Tamper = (ports) => ({
  ...ports,
  traffic: {
    ...ports.traffic,
    setSplit: (order) =>
      order.canaryPercent === 50
        ? Promise.reject(new SlipwayError('Transient', 'Rate exceeded.', { details: { throttled: true } }))
        : ports.traffic.setSplit(order),
  },
});
