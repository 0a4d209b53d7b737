/**
 * Plants bugs about repeated requests and about machines whose clocks differ. The checker made for each bug must find
 * it.
 */

import type { Tamper } from '../../src/simulation/caller.ts';
import { askedOnceDoneOnce } from '../../src/simulation/checkers/asked-once-done-once.ts';
import type { Checker } from '../../src/simulation/checkers/checked-world.ts';
import { failedMovedNothing } from '../../src/simulation/checkers/failed-moved-nothing.ts';
import { latestByTheFence } from '../../src/simulation/checkers/latest-by-the-fence.ts';
import { openedIsStarted } from '../../src/simulation/checkers/opened-is-started.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { SEEDS, seedsFor } from './planted-seeds.ts';

/** The stored deployment does not name the idempotency key of its request, so a repeat opens a second deployment. */
const forgetsTheKey: Tamper = (ports) => ({
  ...ports,
  deployments: {
    ...ports.deployments,
    open: (opening) => ports.deployments.open({ ...opening, deployment: { ...opening.deployment, requestKey: null } }),
  },
});

/** Takes the deployment with the latest time for the newest one of a target, whichever clock wrote that time. */
const newestByTheClock: Tamper = (ports) => ({
  ...ports,
  deployments: {
    ...ports.deployments,
    async history({ target, limit }) {
      const traces = await ports.deployments.history({ target, limit: 100 });
      return traces.toSorted((one, other) => other.deployment.openedAt - one.deployment.openedAt).slice(0, limit);
    },
  },
});

/** Leaves half of the executions to the safety nets. */
const startsEveryOther: Tamper = (ports) => ({
  ...ports,
  workflows: {
    ...ports.workflows,
    async start(machine, deploymentId) {
      if (/[02468]$/.test(deploymentId)) await ports.workflows.start(machine, deploymentId);
    },
  },
});

/** Forgets that a rollout has moved calls. */
const forgetsItsMoves: Tamper = (ports) => ({
  ...ports,
  deployments: {
    ...ports.deployments,
    record: (id, change) =>
      ports.deployments.record(id, (recorded) => {
        const { deployment } = recorded;
        return change({
          ...recorded,
          deployment: { ...deployment, progress: { ...deployment.progress, isUnmoved: true } },
        });
      }),
  },
});

test.each<[string, Tamper, () => Checker, RegExp, number]>([
  ['a repeated request that opens again', forgetsTheKey, askedOnceDoneOnce, /asked once, and opened/, 60],
  ['a history in the order of the clocks', newestByTheClock, latestByTheFence, /superse|rollback|no answer/, 837],
  ['an opened deployment that nobody starts', startsEveryOther, openedIsStarted, /nobody has started/, 1],
  ['a failure that forgets its moves', forgetsItsMoves, failedMovedNothing, /its version had calls/, 1],
])(
  `the checker of %s finds it within ${SEEDS} seeds`,
  async (_, tamper, checker, says, found) => {
    for (const seed of seedsFor(found)) {
      const checkers = () => [checker()];
      const { failure } = await simulate(seed, { tamper, checkers });
      // A failure that also happens without the planted bug has another cause.
      if (failure === undefined || !(await simulate(seed, { checkers })).ok) continue;
      expect(failure.message).toMatch(says);
      return;
    }
    throw new Error('No seed found the bug.');
  },
  300_000,
);
