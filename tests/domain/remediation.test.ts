import { historiesOf, type TargetHistory, type Traced } from '../../src/domain/deployment/target-history.ts';
import {
  type AlarmEvent,
  CLOCKS_APART_MS,
  decideRemediation,
  TURNS_GREEN_WITHIN_MS,
  TURNS_RED_WITHIN_MS,
} from '../../src/domain/remediation/remediation.ts';
import { aDeployment, aSignal, type DeploymentChange, MINUTE, OPENED_AT } from './a-deployment.ts';

const now = OPENED_AT + 5 * MINUTE;
const red: AlarmEvent = { id: 'event-1', alarm: 'checkout-errors', state: 'ALARM', at: OPENED_AT + 4 * MINUTE };
const promoted: DeploymentChange = { status: 'promoted', atPercent: 100, watchUntil: OPENED_AT + 24 * 60 * MINUTE };
const kubernetes = {
  kind: 'kubernetes',
  cluster: 'production',
  namespace: 'shop',
  workload: 'checkout',
  route: { kind: 'replicas' },
  manifests: { folder: 'k8s' },
  readyWithin: { minutes: 5 },
} as const;

interface Moved extends DeploymentChange {
  readonly movedAt?: number | null;
}
const traced = ({ movedAt = null, ...change }: Moved): Traced => ({ deployment: aDeployment(change), movedAt });
/** The deployments are given newest first. */
const history = (...newestFirst: readonly Moved[]): TargetHistory =>
  historiesOf(newestFirst.map(traced))[0] ?? { inFlight: null, ended: [] };
const live = { ...promoted, movedAt: OPENED_AT + MINUTE };
const decide = (event: Partial<AlarmEvent>, ...newestFirst: readonly Moved[]) =>
  decideRemediation({ ...red, ...event }, { history: history(...newestFirst), now });

test('a red alarm rolls a rollout in flight back', () => {
  expect(decide({}, {})).toEqual({
    do: 'takeBack',
    deployment: aDeployment(),
    because: 'Alarm checkout-errors turned red',
  });
});

test('CloudWatch says which datapoint turned the alarm red, and so does the reason of the rollback', () => {
  const reason = '1 datapoint (30.0) was greater than the threshold (5.0)';

  expect(decide({ reason }, {})).toMatchObject({
    because: 'Alarm checkout-errors turned red: 1 datapoint (30.0) was greater than the threshold (5.0)',
  });
});

test('a pause that waits does not stop the rollback of a rollout', () => {
  expect(decide({}, { signal: aSignal('pause') }).do).toBe('takeBack');
});

test('a promoted version is undone while it is watched', () => {
  expect(decide({}, live)).toMatchObject({ do: 'undo', deployment: aDeployment(promoted), superseding: null });
});

test.each<[string, readonly Moved[], Partial<AlarmEvent>, RegExp]>([
  ['an alarm that turned OK', [{}], { state: 'OK' }, /Alarm checkout-errors is OK/],
  ['an alarm without data', [{}], { state: 'INSUFFICIENT_DATA' }, /is INSUFFICIENT_DATA/],
  ['a service without a deployment', [], {}, /has had no deployment/],
  ['an alarm older than the deployment', [{}], { at: OPENED_AT - CLOCKS_APART_MS - 1 }, /older than deployment dep-1/],
  [
    'an alarm older than the watched one',
    [live],
    { at: OPENED_AT - CLOCKS_APART_MS - 1 },
    /older than deployment dep-1/,
  ],
  [
    'an alarm that the hotfix ignores',
    [{ ignoredAlarms: [red.alarm] }],
    {},
    /was red before deployment dep-1, a hotfix/,
  ],
  ['an alarm that the watched hotfix ignores', [{ ...live, ignoredAlarms: [red.alarm] }], {}, /dep-1, a hotfix/],
  ['an alarm that the spec did not name', [{ spec: { alarms: [] } }], {}, /dep-1 was opened without alarm/],
  ['a rollback in flight', [{ kind: 'rollback' }], {}, /is a rollback already/],
  ['a rollout on its way back', [{ signal: aSignal('abort') }], {}, /is on its way back already/],
  ['a promotion whose watch is over', [{ ...live, watchUntil: now }], {}, /has ended as promoted and is not watched/],
  ['a promotion that was undone', [{ ...live, replacedBy: 'dep-2' }], {}, /has ended as promoted and is not watched/],
  ['a rollout that went back', [{ status: 'rolledBack' }], {}, /has ended as rolledBack/],
  [
    'the first version on a cluster',
    [{ ...live, stable: 'none' }],
    {},
    /put the first version live, and there is none/,
  ],
])('%s leads to nothing', (_what, newestFirst, event, because) => {
  expect(decide(event, ...newestFirst)).toEqual({ do: 'nothing', because: expect.stringMatching(because) });
});

test('an alarm that turned red at the opening counts, by clocks that are five seconds apart', () => {
  expect(decide({ at: OPENED_AT - CLOCKS_APART_MS }, {}).do).toBe('takeBack');
});

test('an alarm that seems a moment older than a rollout accuses the live version first', () => {
  const late: Moved = { id: 'dep-2', canary: '43', openedAt: red.at + CLOCKS_APART_MS, atPercent: 10 };
  expect(decide({}, late, live)).toMatchObject({ do: 'takeBack', deployment: { id: 'dep-2' }, isBlameless: true });
  expect(decide({}, late)).toEqual(expect.not.objectContaining({ isBlameless: true }));
});

const next: Moved = { id: 'dep-2', stable: '42', canary: '43', openedAt: OPENED_AT + 2 * MINUTE };

test.each<[string, Moved]>([
  ['was rolled back', { status: 'rolledBack' }],
  ['failed in its hook', { status: 'rolledBack', because: 'The hook said no' }],
  ['was superseded', { status: 'superseded' }],
  ['failed', { status: 'failed' }],
])('a later rollout that %s before it had a call protects nothing: the live version is undone', (_what, ended) => {
  expect(decide({}, { ...next, ...ended }, live)).toMatchObject({ do: 'undo', deployment: { id: 'dep-1' } });
});

test.each<[string, Moved]>([
  ['is not published yet', { canary: null, liveRevision: null, status: 'opened' }],
  ['waits for an approval at 0 %', { status: 'awaitingApproval' }],
  ['is in its hook', {}],
])('a rollout in flight that %s is superseded when the live version before it is undone', (_what, inFlight) => {
  expect(decide({}, { ...next, ...inFlight }, live)).toMatchObject({
    do: 'undo',
    deployment: { id: 'dep-1' },
    superseding: { id: 'dep-2' },
  });
});

test.each<[string, Moved]>([
  ['has calls', { atPercent: 10, movedAt: now - MINUTE }],
  ['had a call', { movedAt: now - MINUTE }],
])('a rollout in flight that %s is accused, and not the live version before it', (_what, inFlight) => {
  expect(decide({}, { ...next, ...inFlight }, live)).toMatchObject({ do: 'takeBack', deployment: { id: 'dep-2' } });
});

test('pods that may have calls are rolled back, and before the pods exist the live version is undone', () => {
  const onCluster = (change: Moved) => ({ ...change, spec: { target: kubernetes } });

  expect(decide({}, onCluster(next), onCluster(live))).toMatchObject({ do: 'takeBack', deployment: { id: 'dep-2' } });
  expect(decide({}, onCluster({ ...next, status: 'awaitingApproval' }), onCluster(live)).do).toBe('undo');
  expect(decide({}, onCluster({ ...next, canary: null }), onCluster(live)).do).toBe('undo');
});

test('a hotfix is left alone while its alarm is red since before it, and rolled back when it turns red again', () => {
  const openedAt = red.at + 10_000;
  const { progress } = aDeployment();
  const hotfix = { ...next, openedAt, movedAt: openedAt, atPercent: 10, progress: { ...progress, isHotfix: true } };
  expect(decide({}, hotfix, live).do).toBe('nothing');
  expect(decide({ at: openedAt + 1 }, hotfix, live)).toMatchObject({ do: 'takeBack', deployment: { openedAt } });
});

test('while a hotfix that ignores the alarm is in flight, the alarm leads to nothing', () => {
  expect(decide({}, { ...next, ignoredAlarms: [red.alarm] }, live).do).toBe('nothing');
});

const offAt = OPENED_AT + 60 * MINUTE;
const wentBack: Moved = { ...next, status: 'rolledBack', movedAt: offAt };
const undone: readonly Moved[] = [
  { ...next, id: 'dep-3', kind: 'rollback', status: 'rolledBack', settledAt: offAt },
  { ...next, status: 'promoted', replacedBy: 'dep-3', movedAt: offAt - MINUTE },
];

test.each<[string, number, number, 'undo' | 'nothing']>([
  ['turned red before its calls were off', -MINUTE, 1, 'nothing'],
  ['turned red while late figures came in', TURNS_RED_WITHIN_MS, TURNS_RED_WITHIN_MS, 'nothing'],
  ['turned red after that', TURNS_RED_WITHIN_MS + 1, TURNS_RED_WITHIN_MS + 1, 'undo'],
  ['was red before, and is still red', -MINUTE, TURNS_GREEN_WITHIN_MS - 1, 'nothing'],
  ['was red before, and is still red when it should be green', -MINUTE, TURNS_GREEN_WITHIN_MS, 'undo'],
])(
  'after a later version had calls and was rolled back, an alarm that %s leads to the right end',
  (_what, at, later, what) => {
    for (const past of [[wentBack], undone]) {
      const world = { history: history(...past, live), now: offAt + later };
      const seenRedAt = world.now;
      expect(decideRemediation({ ...red, at: offAt + at, seenRedAt }, world).do).toBe(what);
    }
  },
);

test('a late event does not say that its alarm is still red, so observeRollouts decides about the version before', () => {
  const world = { history: history(wentBack, live), now: offAt + 60 * MINUTE };

  expect(decideRemediation({ ...red, at: offAt - MINUTE }, world).do).toBe('nothing');
  expect(decideRemediation({ ...red, at: offAt - MINUTE, seenRedAt: world.now }, world).do).toBe('undo');
});

test('a version that a person has left for an older one is not live, and is not undone', () => {
  const away: Moved = { ...next, id: 'dep-3', kind: 'rollback', stable: '40', status: 'rolledBack', movedAt: offAt };
  const world = { history: history(away, { ...undone[1], replacedBy: 'dep-3' }, live), now: offAt + 60 * MINUTE };

  expect(decideRemediation({ ...red, at: offAt + 59 * MINUTE }, world).do).toBe('nothing');
});

test("after others moved a later rollout's traffic, an alias is looked at, and a cluster is left alone", () => {
  const failed: Moved = { ...wentBack, status: 'failed' };
  const world = (change: Moved) => ({
    history: history({ ...failed, ...change }, { ...live, ...change }),
    now: offAt + 60 * MINUTE,
  });

  expect(decideRemediation({ ...red, at: offAt + 59 * MINUTE }, world({})).do).toBe('undo');
  expect(decideRemediation(red, world({ spec: { target: kubernetes } })).do).toBe('nothing');
});

test('the newest of two watched promotions is the live one', () => {
  const second = { ...next, ...promoted, movedAt: now - MINUTE };

  expect(decide({}, second, live)).toMatchObject({ do: 'undo', deployment: { id: 'dep-2' } });
});

test('deployments to another target do not count for this target', () => {
  const elsewhere = { kind: 'lambda', function: 'checkout-2', alias: 'live' } as const;
  const [one, other] = historiesOf([{ ...next, spec: { target: elsewhere } }, live].map(traced));

  expect([one?.inFlight?.deployment.id, one?.ended.length]).toEqual(['dep-2', 0]);
  expect([other?.inFlight, other?.ended[0]?.deployment.id]).toEqual([null, 'dep-1']);
});

test.each<[string, number, 'undo' | 'nothing']>([
  ['is all from after its calls were off', 5_000, 'undo'],
  ['begins before its calls were off for certain', 4_999, 'nothing'],
])(
  'a minute after a later version was rolled back, an alarm whose data %s leads to the right end',
  (_what, from, what) => {
    const world = { history: history(wentBack, live), now: offAt + MINUTE };
    const event = { ...red, at: offAt + MINUTE, seenRedAt: world.now, dataFrom: offAt + from };

    expect(decideRemediation(event, world).do).toBe(what);
  },
);

test('an alarm that turned red before a later version was opened accuses the live version at once', () => {
  const soon = { ...wentBack, openedAt: offAt - 2 * MINUTE };
  const world = { history: history(soon, live), now: offAt + MINUTE };

  expect(decideRemediation({ ...red, at: soon.openedAt - 1 }, world).do).toBe('undo');
  expect(decideRemediation({ ...red, at: soon.openedAt }, world).do).toBe('nothing');
});

test('a rollout that is recorded as rolling back is rolled back while it has calls, and left alone at 0 %', () => {
  const goingBack = { signal: aSignal('abort'), movedAt: OPENED_AT + MINUTE };

  expect(decide({}, { ...goingBack, atPercent: 10 }).do).toBe('takeBack');
  expect(decide({}, { ...goingBack, atPercent: 0 }).do).toBe('nothing');
});

test('beside a rollout that rolls back and never had a call, the alarm of the live version undoes that version', () => {
  expect(decide({}, { ...next, signal: aSignal('abort') }, live)).toMatchObject({
    do: 'undo',
    deployment: { id: 'dep-1' },
    superseding: { id: 'dep-2' },
  });
});
