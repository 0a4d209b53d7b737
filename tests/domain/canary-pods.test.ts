import type { WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import { judgeRows } from '../../src/domain/verdict/judge-rows.ts';
import {
  afterLook,
  afterNoLook,
  type CanaryLook,
  type KeptLooks,
  lastJudgement,
} from '../../src/domain/workload/canary-pods.ts';
import type { SeenPods } from '../../src/domain/workload/seen-pods.ts';
import { aTarget, onRoute } from './a-workload.ts';

const MINUTE = 60_000;
const none = { canary: 0, stable: 0, others: 0, lost: 0, unanswered: 0 };
const asRecorded = { ...none, canary: 25, stable: 75 };

const sound = (count: number, change: Partial<SeenPods> = {}): SeenPods => ({
  ...{ wanted: count, ready: count, available: count, waiting: 0, restarts: 0, restartedAt: null },
  ...{ unreadySince: null, minReadySeconds: 0, because: null },
  ...change,
});
const unready = (count: number, change: Partial<SeenPods> = {}) => sound(count, { ready: 0, available: 0, ...change });

interface Seen {
  readonly canary?: SeenPods;
  readonly stable?: SeenPods;
  readonly received?: Partial<typeof none>;
  readonly share?: null;
}

const look = (
  minute: number,
  { canary = sound(1), stable = sound(3), received = asRecorded, share }: Seen = {},
): CanaryLook => ({
  at: minute * MINUTE,
  canary,
  stable,
  share: share === null ? null : { received: { ...none, ...received }, led: asRecorded, strangers: [], precision: 0.5 },
});

/** One look a minute, from the first minute on, at a share that was set at 0. */
function after(
  looks: readonly Seen[],
  { target = aTarget, kept }: { readonly target?: WorkloadTarget; readonly kept?: KeptLooks } = {},
) {
  let all = kept;
  for (const [index, seen] of looks.entries())
    all = afterLook(all, { look: look(index + 1, seen), target, atPercent: 25, since: 0 });
  if (all === undefined) throw new Error('Nobody looked.');
  return { kept: all, judgement: lastJudgement(all) };
}
const judged = (looks: readonly Seen[], target?: WorkloadTarget) => after(looks, target && { target }).judgement;

test('a canary with all its pods is healthy, and one stored look stands for all equal looks', () => {
  const { kept, judgement } = after([{}, {}, {}]);
  expect(judgement).toEqual({
    kind: 'healthy',
    rule: 'Pods of the canary (1 needed, missing for less than 2 minutes, fewer than 3 restarts): 1 of 1 available; of stable: 3 of 3 available; calls received: canary 25 %, stable 75 %',
    because: '1 of 1 available',
  });
  expect(kept.looks).toHaveLength(1);
});

test('a canary that is unready is unhealthy after readyWithin, and inconclusive before', () => {
  const bad = { canary: unready(1, { because: 'Its probe fails' }) };
  expect(judged([{}, bad])).toMatchObject({ kind: 'inconclusive' });
  expect(judged([{}, bad, bad])).toMatchObject({ kind: 'inconclusive' });
  expect(judged([{}, bad, bad, bad])).toMatchObject({
    kind: 'unhealthy',
    because: "For 2 minutes or longer, 0 of the 1 pods that the canary's share needs are available. Its probe fails",
  });
});

test('an unready pod counts from the time that it reports, but not from before its share was set', () => {
  expect(judged([{}, {}, { canary: unready(1, { unreadySince: MINUTE }) }])).toMatchObject({ kind: 'unhealthy' });
  expect(judged([{ canary: unready(1, { unreadySince: -9 * MINUTE }) }])).toMatchObject({ kind: 'inconclusive' });
});

test('a canary that recovers and is unready again has its full time again', () => {
  const bad = { canary: unready(1) };
  expect(judged([bad, {}, bad])).toMatchObject({ kind: 'inconclusive' });
  expect(after([bad, {}]).kept.unwellSince).toBeNull();
});

test('a pod that is ready and not yet available has its minReadySeconds', () => {
  const young = { canary: sound(1, { available: 0, minReadySeconds: 60 }) };
  expect(judged([young, young, young])).toMatchObject({ kind: 'inconclusive' });
  expect(judged([young, young, young, young])).toMatchObject({ kind: 'unhealthy' });
  expect(judged([young])?.rule).toContain('0 of 1 available, 1 ready');
});

test('a pod that waits for room counts as missing, and is reported', () => {
  const waits = { canary: unready(2, { ready: 1, available: 1, waiting: 1 }) };
  expect(judged([waits, waits, waits])).toMatchObject({
    kind: 'unhealthy',
    because: expect.stringContaining(
      "1 of the 2 pods that the canary's share needs are available, and 1 find no room on a node",
    ),
  });
  expect(judged([waits])?.rule).toContain('1 without room on a node');
});

describe('restarts', () => {
  const restarted = (restarts: number, minute: number) => sound(1, { restarts, restartedAt: minute * MINUTE });

  test('a restart a moment ago leaves the verdict open, and an older restart does not', () => {
    expect(judged([{}, { canary: restarted(1, 1.5) }])).toMatchObject({
      kind: 'inconclusive',
      because: 'A pod of the canary was started again a moment ago',
    });
    expect(judged([{}, {}, {}, {}, { canary: restarted(1, 1.5) }])).toMatchObject({ kind: 'healthy' });
    expect(judged([{ canary: restarted(1, -0.5) }])).toMatchObject({ kind: 'healthy' });
  });

  test('pods that restart again and again are unhealthy, available or not', () => {
    expect(judged([{}, { canary: restarted(3, 1.5) }])).toMatchObject({
      kind: 'unhealthy',
      because: "The canary's pods were started again 3 times at this share",
    });
  });

  test('restarts from before the share was set do not count', () => {
    expect(judged([{ canary: restarted(5, -9) }, { canary: restarted(6, -9) }])).toMatchObject({ kind: 'healthy' });
  });

  test('a canary whose pods restart as often as stable’s is not accused, and is held for a person', () => {
    const both = { canary: restarted(3, 1.5), stable: sound(1, { restarts: 3 }) };
    expect(judged([{ stable: sound(1) }, both])).toMatchObject({ kind: 'inconclusive', holds: true });
    expect(judged([{ stable: unready(0) }, { ...both, stable: unready(0) }])).toMatchObject({ kind: 'unhealthy' });
  });
});

describe('the health of stable', () => {
  const bad = unready(1);

  test('a canary that is no worse than stable is not accused, and is held for a person', () => {
    const both = { canary: bad, stable: unready(3, { because: 'The node is gone' }) };
    expect(judged([both, both, both])).toMatchObject({
      kind: 'inconclusive',
      holds: true,
      because: expect.stringContaining('Stable fares no better: 0 of 3 available. The node is gone'),
    });
  });

  test('a canary that is worse than stable is unhealthy, however bad stable is', () => {
    const worse = { canary: bad, stable: sound(3, { available: 1, ready: 1 }) };
    expect(judged([worse, worse, worse])).toMatchObject({ kind: 'unhealthy' });
  });

  test('a stable version without pods is no excuse for the canary', () => {
    const alone = { canary: bad, stable: unready(0) };
    expect(judged([alone, alone, alone])).toMatchObject({ kind: 'unhealthy' });
  });
});

describe('the share of the canary', () => {
  test('calls that the canary’s weight leads to no pod are unhealthy after readyWithin', () => {
    const lost = { received: { stable: 75, lost: 25 } };
    expect(judged([lost])).toMatchObject({
      kind: 'inconclusive',
      because: '0 % of the calls get to the canary, and 25 % are recorded; 25 % get to no pod',
    });
    expect(judged([lost, lost, lost])).toMatchObject({
      kind: 'unhealthy',
      because: 'For 2 minutes or longer, 25 % of the calls lead to no pod of the canary',
    });
    const all = { received: { lost: 25, unanswered: 75 } };
    expect(judged([all, all, all])).toMatchObject({ kind: 'inconclusive', holds: true });
  });

  test('pods of others that get calls leave the verdict open', () => {
    expect(judged([{ received: { canary: 5, stable: 15, others: 80 } }])).toMatchObject({
      kind: 'inconclusive',
      because: '5 % of the calls get to the canary, and 25 % are recorded; 80 % get to pods of neither version',
    });
    expect(judged([{ received: { others: 80, unanswered: 20 } }])?.rule).toContain('pods of others 80 %, no pod 20 %');
  });

  test('a workload without a Service is judged by its pods alone', () => {
    const alone = { share: null };
    expect(judged([alone])).toMatchObject({ kind: 'healthy', rule: expect.not.stringContaining('calls received') });
    expect(
      judged([
        { canary: unready(1), ...alone },
        { canary: unready(1), ...alone },
        { canary: unready(1), ...alone },
      ]),
    ).toMatchObject({
      kind: 'unhealthy',
    });
  });
});

test('pods that another person removes do not accuse the version, and it is not promoted without them', () => {
  const fewer = { canary: sound(1) };
  expect(judged([{ canary: sound(3) }, fewer, fewer, fewer, fewer])).toMatchObject({
    kind: 'inconclusive',
    because: "1 of the 3 pods that the canary's share needs are available",
  });
});

test('another share starts the time again, and the older looks stay as evidence', () => {
  const { kept } = after([{ canary: unready(3, { restarts: 2 }) }]);
  const next = afterLook(kept, {
    look: look(9, { received: { canary: 50, stable: 50 } }),
    target: aTarget,
    atPercent: 50,
    since: 8 * MINUTE,
  });
  expect(next).toMatchObject({ atPercent: 50, needs: 1, restartsBefore: { canary: 0, stable: 0 }, unwellSince: null });
  expect(next.looks.map(({ at, kind }) => [at, kind])).toEqual([
    [MINUTE, 'inconclusive'],
    [9 * MINUTE, 'healthy'],
  ]);
});

test('only the latest looks that differ are stored', () => {
  const flapping = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? {} : { canary: unready(1) }));
  expect(after(flapping).kept.looks).toHaveLength(12);
});

test('a share that stable’s new pods have outgrown is healthy, and the real share is reported', () => {
  const outgrown = { stable: sound(9), received: { canary: 10, stable: 90 } };
  expect(judged([outgrown])).toMatchObject({
    kind: 'healthy',
    because:
      '1 of 1 available. 10 % of the calls get to the canary, and 25 % are recorded: stable has 9 pods by now, and the next step gives the canary its share of them',
  });
  expect(judged([{ received: { canary: 24.6, stable: 75.4 } }])).toMatchObject({ because: '1 of 1 available' });
  expect(judged([{ received: { canary: 60, stable: 40 } }])).toMatchObject({ kind: 'inconclusive' });
});

test('at blue/green a canary has no share of the calls before it has all of them', () => {
  expect(judged([{ received: { stable: 100 } }], onRoute({ kind: 'blueGreen' }))).toMatchObject({ kind: 'healthy' });
});

test('a look that failed is reported as such, and keeps what was seen before', () => {
  const { kept } = after([{}, { canary: unready(1) }]);
  const unseen = afterNoLook(kept, { at: 5 * MINUTE, because: 'Forbidden', atPercent: 25 });
  expect(unseen).toMatchObject({ needs: 1, unwellSince: kept.unwellSince });
  expect(lastJudgement(unseen)).toEqual({
    kind: 'inconclusive',
    rule: 'Pods of the canary: not looked at',
    because: 'Forbidden',
  });
  expect(afterNoLook(undefined, { at: 0, because: 'Forbidden', atPercent: 25 }).looks).toHaveLength(1);
  expect(afterNoLook(kept, { at: 0, because: 'Forbidden', atPercent: 50 })).toMatchObject({
    atPercent: 50,
    unwellSince: null,
  });
  expect(lastJudgement({ looks: [] })).toBeUndefined();
});

describe('a verdict with pods', () => {
  const alarms = [{ name: 'errors', state: 'OK' }] as const;
  const observed = { judge: { kind: 'alarms-only' }, rows: [], alarms } as const;
  const pods = (kind: 'healthy' | 'unhealthy' | 'inconclusive', holds?: true) => ({
    kind,
    rule: 'the rule',
    because: 'the pods',
    holds,
  });

  test.each([
    ['healthy', 'healthy', 'pass'],
    ['unhealthy', 'unhealthy', 'fail'],
    ['inconclusive', 'inconclusive', 'inconclusive'],
  ] as const)('a verdict is %s with pods that are %s', (verdict, kind, outcome) => {
    expect(judgeRows({ ...observed, pods: pods(kind) })).toMatchObject({
      kind: verdict,
      evidence: [{ rule: 'the rule', outcome, periods: [] }],
    });
  });

  test('a verdict names pods and alarms when both are inconclusive, and holds when both versions are bad', () => {
    const silent = { ...observed, alarms: [{ name: 'errors', state: 'INSUFFICIENT_DATA' }] } as const;
    expect(judgeRows({ ...silent, pods: pods('inconclusive') }).because).toMatch(/errors has no data\. the pods$/);
    expect(judgeRows({ ...silent, pods: pods('inconclusive', true) })).toMatchObject({
      because: 'the pods',
      holds: true,
    });
  });

  test('a verdict is that of a red alarm, whatever the pods say', () => {
    const red = { ...observed, alarms: [{ name: 'errors', state: 'ALARM' }] } as const;
    expect(judgeRows({ ...red, pods: pods('inconclusive', true) })).toMatchObject({
      kind: 'unhealthy',
      because: 'Alarm errors is red',
    });
  });
});
