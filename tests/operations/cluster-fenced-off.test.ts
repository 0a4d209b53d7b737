import type { Route } from '../../src/domain/service/service-spec.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { CALL_STEP } from '../effort.ts';
import { aLiveWorkload, MINUTE, SECOND } from './a-workload.ts';
import { firstWeight, planned, SPLITS, shapeOf } from './a-workload-crash.ts';
import { overtakenPort, struckPort } from './a-workload-port.ts';
import type { Rollout } from './a-workload-rollout.ts';

type Stage = Awaited<ReturnType<typeof planned>>;
const CALLS_MAX = 200;

interface Race {
  readonly route: Route;
  readonly act: (rollout: Rollout, port: Cluster) => Promise<unknown>;
  /** The order that comes just before the nth call of the first order. */
  readonly by: (stage: Stage) => Promise<unknown>;
}

/**
 * Plays the race once for each call of the port before which the order can be fenced off. The workload must end as it
 * was before.
 */
async function overtakenAtEachCall({ route, act, by }: Race): Promise<readonly string[]> {
  const ends: string[] = [];
  for (let nth = 1; nth < CALLS_MAX; nth += CALL_STEP) {
    const stage = await planned(route);
    const { workload, rollout } = stage;
    const before = shapeOf(workload);
    let isOver = true;
    const overtake = async () => {
      isOver = false;
      await by(stage);
    };
    const { port } = overtakenPort(workload.cluster.port, { nth, by: overtake });
    const end = await act(rollout, port).then(
      () => 'done',
      (error: Error) => error.name,
    );
    if (isOver) return ends;
    await workload.pass(MINUTE);
    expect(shapeOf(workload)).toEqual(before);
    ends.push(end);
  }
  throw new Error(`The order has not ended after ${CALLS_MAX} calls.`);
}

const takeBack = ({ workload, rollout }: Stage) => workload.start(rollout.orders.takeBack());

test.each(SPLITS)(
  'a rollback wins against a promotion on %j, at whichever write of the promotion it comes',
  async (route) => {
    const ends = await overtakenAtEachCall({ route, act: (rollout, port) => rollout.promote(port), by: takeBack });

    expect(ends.length * CALL_STEP).toBeGreaterThan(10);
    // Only a promotion with no work left may report that it is done.
    expect(ends.slice(0, -3).every((end) => end === 'Conflict')).toBe(true);
  },
);

test('a rollback wins against a shift of pods, at whichever write of the shift it comes', async () => {
  const act: Race['act'] = (rollout, port) => rollout.weigh(25, port);
  const ends = await overtakenAtEachCall({ route: { kind: 'replicas' }, act, by: takeBack });

  expect(ends.slice(0, -3).every((end) => end === 'Conflict')).toBe(true);
});

test('a deployment that supersedes a shift of pods at any write starts from whole ground', async () => {
  const act: Race['act'] = (rollout, port) => rollout.weigh(25, port);
  const by = ({ workload, rollout }: Stage) => {
    const superseding = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
    return workload.start(superseding.orders.plan());
  };

  expect(await overtakenAtEachCall({ route: { kind: 'replicas' }, act, by })).toContain('Conflict');
});

test('an order that is fenced off again while it repairs its own writes leaves the repair to the newest order', async () => {
  for (let again = 13; again <= 24; again += 1) {
    const { workload, rollout } = await planned({ kind: 'replicas' });
    const before = shapeOf(workload);
    const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
    const { port } = struckPort(workload.cluster.port, async ({ nth }) => {
      if (nth === 12) await workload.start(rollout.orders.takeBack());
      if (nth === again) await workload.start(next.orders.plan());
    });

    await expect(rollout.promote(port)).rejects.toThrow(/was taken over by dep-00[23] in the meantime/);

    await workload.pass(MINUTE);
    expect(shapeOf(workload)).toEqual(before);
  }
});

test('an order that is fenced off names the newer deployment', async () => {
  const { workload, rollout } = await planned({ kind: 'replicas' });
  const shift = workload.start(rollout.orders.weigh(25));
  shift.catch(() => {});
  await workload.pass(SECOND);

  await rollout.takeBack();

  await expect(workload.inTime(shift)).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringMatching(/was deleted while Slipway waited|was taken over by dep-002 in the meantime/),
  });
  expect(workload.record()).toMatchObject({ closed: true, canary: null });
});

test('two rollbacks of one workload at one moment come to the same end', async () => {
  const { workload, rollout } = await planned({ kind: 'httpRoute', name: 'shop-front' });
  const before = shapeOf(workload);
  await rollout.weigh(25);
  const order = rollout.orders.takeBack();

  const [one, other] = await workload.inTime(Promise.all([workload.start(order), workload.start(order)]));

  expect(other).toEqual(one);
  expect(shapeOf(workload)).toEqual(before);
});

describe('an order that comes too late', () => {
  test.each(['plan', 'weigh', 'promote', 'takeBack'] as const)(
    'an order that comes too late is refused, and changes nothing: %s',
    async (act) => {
      const { workload, rollout } = await planned({ kind: 'replicas' });
      const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });
      await next.plan();
      await workload.pass(MINUTE);
      const before = workload.cluster.objects();

      const order = act === 'weigh' ? rollout.weigh(25) : rollout[act]();
      await expect(order).rejects.toMatchObject({
        name: 'Conflict',
        message: expect.stringContaining('Deployment dep-002 comes too late: the workload belongs to dep-003 now'),
      });
      expect(workload.cluster.objects()).toEqual(before);
    },
  );

  test.each(['plan', 'weigh', 'promote'] as const)(
    'an order that would move a rolled back deployment forward again is refused: %s',
    async (act) => {
      const { workload, rollout } = await planned({ kind: 'replicas' });
      await rollout.weigh(25);
      const late = { plan: rollout.orders.plan(), weigh: rollout.orders.weigh(50), promote: rollout.orders.promote() };
      await rollout.takeBack();
      await workload.pass(MINUTE);
      const before = workload.cluster.objects();

      await expect(workload.run(late[act])).rejects.toMatchObject({
        name: 'Conflict',
        message: 'Deployment dep-002 was taken back, so it does not go forward any more.',
      });
      expect(workload.cluster.objects()).toEqual(before);
    },
  );
});

describe('a deployment that takes the place of another one', () => {
  test.each(SPLITS)(
    'on %j a superseding deployment removes the old canary before it begins, and says so once',
    async (route) => {
      const { workload, rollout } = await planned(route);
      const before = shapeOf(workload);
      const { revision } = await rollout.weigh(firstWeight(route));
      const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });

      const done = await next.plan();

      const percent = firstWeight(route);
      expect(done).toMatchObject({
        stable: rollout.versions().stable,
        cleared: { deploymentId: 'dep-002', percent, revision },
      });
      expect(shapeOf(workload)).toEqual(before);
      expect(await next.weigh(firstWeight(route))).toMatchObject({ cleared: null });
      expect(await next.takeBack()).toMatchObject({ foundPercent: percent });
      expect(shapeOf(workload)).toEqual(before);
    },
  );

  test('a superseding deployment undoes a promotion that was never settled, back to the version before it', async () => {
    const { workload, rollout } = await planned({ kind: 'replicas' });
    await rollout.promote();
    const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });

    expect(await next.plan()).toMatchObject({ stable: rollout.versions().stable, cleared: { percent: 100 } });
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });

  test('a superseding deployment removes the canary that its own predecessor had not removed yet', async () => {
    const { workload, rollout } = await planned({ kind: 'replicas' });
    await rollout.weigh(25);
    const last = workload.rollout('good:4', { fence: 4, clears: ['dep-003', 'dep-002'] });

    expect(await last.plan()).toMatchObject({ cleared: { deploymentId: 'dep-002', percent: 25 } });
  });

  test('a superseding deployment removes nothing of a deployment that was only planned', async () => {
    const { workload, rollout } = await planned({ kind: 'replicas' });
    const next = workload.rollout('good:3', { fence: 3, clears: [rollout.id] });

    expect(await next.plan()).toMatchObject({ cleared: null, stable: rollout.versions().stable });
  });

  test('a canary that belongs to no deployment any more is removed as well', async () => {
    const workload = await aLiveWorkload();
    const failed = workload.rollout('good:2', { fence: 2 });
    await failed.plan();
    await failed.weigh(25);
    const next = workload.rollout('good:3', { fence: 3 });

    expect(await next.plan()).toMatchObject({ cleared: null, stable: failed.versions().stable });
    expect(workload.pods()).toEqual({ 'good:1': 3 });
  });
});
