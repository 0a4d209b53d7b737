import type { Change, Recorded } from '../../src/ports/deployments.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import { netsHold } from '../../src/simulation/checkers/nets-hold.ts';
import { tickAgrees } from '../../src/simulation/checkers/tick-agrees.ts';
import { watchIsKept } from '../../src/simulation/checkers/watch-is-kept.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { SEEDS, seedsFor } from './planted-seeds.ts';

/** The caller that ends a wait answers its token first and writes the signal second. */
const answersBeforeWriting: Tamper = (ports, pause) => {
  const isSignal = (before: Recorded, change: Change | null) =>
    before.deployment.signal === null && change !== null && change.deployment.signal !== null;
  return {
    ...ports,
    deployments: {
      ...ports.deployments,
      async record(id, change) {
        const before = await ports.deployments.read(id);
        if (before.waitToken === null || !isSignal(before, change(before))) return ports.deployments.record(id, change);
        await ports.workflows.answer(before.waitToken);
        await pause(200);
        return { ...(await ports.deployments.record(id, change)), waitToken: null };
      },
    },
  };
};

/** Calls UpdateAlias without its RevisionId, so the last write wins. */
const ignoresTheRevision: Tamper = (ports) => ({
  ...ports,
  traffic: {
    ...ports.traffic,
    async setSplit(order) {
      const { revision } = await ports.traffic.read(order.target);
      return ports.traffic.setSplit({ ...order, revision });
    },
  },
});

/** Marks the outbox as published when it is read, and not when its messages are out. */
const crossesOffTooEarly: Tamper = (ports) => ({
  ...ports,
  outbox: {
    ...ports.outbox,
    async list(query) {
      const messages = await ports.outbox.list(query);
      await ports.outbox.recordPublished(
        messages.map(({ id }) => id),
        ports.clock.now(),
      );
      return messages;
    },
  },
});

/** Records a shift although Lambda refused it. */
const recordsWhatDidNotHappen: Tamper = (ports) => ({
  ...ports,
  traffic: {
    ...ports.traffic,
    setSplit: async (order) =>
      ports.traffic.setSplit(order).catch(() => ({ revision: order.revision, foundPercent: undefined })),
  },
});

/** A canary that is rolled back keeps its pods. */
const leavesPods: Tamper = (ports) => ({ ...ports, cluster: { ...ports.cluster, remove: async () => {} } });

/** The reader of the record of a workload does not see that it was closed, nor by whom. */
const seesNoClosing: Tamper = (ports) => ({
  ...ports,
  cluster: {
    ...ports.cluster,
    async get(ref) {
      const found = await ports.cluster.get(ref);
      const { record } = (found?.data ?? {}) as { readonly record?: string };
      if (found === null || record === undefined) return found;
      return { ...found, data: { record: JSON.stringify({ ...JSON.parse(record), closed: false, fence: 0 }) } };
    },
  },
});

/** A safety net that fails in its own bookkeeping, every time. */
const countsWrong: Tamper = (ports) => ({
  ...ports,
  measures: {
    record: () => {
      throw new TypeError('There is no such measurement.');
    },
  },
});

/** The event of an alarm finds no deployment. The tick, which searches in another way, finds it. */
const eventFindsNobody: Tamper = (ports) => {
  let isTick = false;
  return {
    ...ports,
    deployments: {
      ...ports.deployments,
      async listInFlight() {
        isTick = true;
        return ports.deployments.listInFlight();
      },
      findByAlarm: async (query) => (isTick ? ports.deployments.findByAlarm(query) : []),
    },
  };
};

/** Once a deployment is promoted, neither the event nor the tick checks it any more. */
const forgetsTheWatch: Tamper = (ports) => ({
  ...ports,
  deployments: {
    ...ports.deployments,
    listWatched: async () => [],
    findByAlarm: async (alarm) =>
      (await ports.deployments.findByAlarm(alarm)).filter(({ deployment: { status } }) => status !== 'promoted'),
  },
});

test.each([
  ['the pods of a canary left', leavesPods, /^[349] /, 1],
  ['the closing of a workload overlooked', seesNoClosing, /^[1-9] /, 352],
  ['the token answered before the signal is written', answersBeforeWriting, '5 signals arrive', 7],
  ['the revision of the alias ignored', ignoresTheRevision, /^([136]|22) /, 56],
  ['the outbox crossed off before it is out', crossesOffTooEarly, '6 moves are recorded', 2],
  ['a shift recorded that was refused', recordsWhatDidNotHappen, /^[236] /, 19],
])(
  `some checker finds %s within ${SEEDS} seeds`,
  async (_, tamper, invariant, found) => {
    for (const seed of seedsFor(found)) {
      const { failure } = await simulate(seed, { tamper });
      if (failure === undefined) continue;
      expect(failure.invariant).toMatch(invariant);
      expect(failure.replay).toBe(`npx node src/cli/main.ts simulate --seed ${seed}`);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);

/** Runs each checker alone, because older invariants also find some of these bugs. */
test.each([
  ['a net that throws at every turn', countsWrong, () => [netsHold()], '10 nets hold', 1],
  [
    'an event that finds nobody where the tick does',
    eventFindsNobody,
    () => [tickAgrees()],
    '11 event and tick agree',
    10,
  ],
  ['a watch that is forgotten', forgetsTheWatch, () => [watchIsKept()], '12 watch is kept', 72],
])(
  `the checker of %s finds it within ${SEEDS} seeds`,
  async (_, tamper, checkers, invariant, found) => {
    for (const seed of seedsFor(found)) {
      const { failure } = await simulate(seed, { tamper, checkers });
      if (failure === undefined) continue;
      expect(failure.invariant).toBe(invariant);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);
