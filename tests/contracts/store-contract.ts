/**
 * The contract that every store keeps, whatever is behind it. PGlite, PostgreSQL and the twin in memory all run this
 * suite.
 */
import { type Deployment, isInFlight } from '../../src/domain/deployment/deployment.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ListedDeployments, Opening } from '../../src/ports/deployments.ts';
import type { Idempotency } from '../../src/ports/idempotency.ts';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { PipelineRuns } from '../../src/ports/pipeline-runs.ts';
import type { Reachable } from '../../src/ports/reachable.ts';
import type { Services } from '../../src/ports/services.ts';
import type { Turns } from '../../src/ports/turns.ts';
import type { Upkeep } from '../../src/ports/upkeep.ts';
import type { Verdicts } from '../../src/ports/verdicts.ts';
import { deskContract } from './store-desk-contract.ts';
import { historyContract } from './store-history-contract.ts';
import { ledgerContract } from './store-ledger-contract.ts';
import { listContract } from './store-list-contract.ts';
import { liveContract } from './store-live-contract.ts';
import { lockContract } from './store-lock-contract.ts';
import { pipelineRunsContract } from './store-pipeline-runs-contract.ts';
import { NOON, type SettableClock, sampleDeployment, sampleEntry, settableClock } from './store-samples.ts';
import { turnsContract } from './store-turns-contract.ts';
import { upkeepContract } from './store-upkeep-contract.ts';

export interface StorePorts {
  readonly deployments: ListedDeployments;
  readonly services: Services;
  readonly pipelineRuns: PipelineRuns;
  readonly outbox: Outbox;
  readonly idempotency: Idempotency;
  readonly verdicts: Verdicts;
  readonly turns: Turns;
  readonly reachable: Reachable;
  readonly upkeep: Upkeep;
}

export interface Bench extends StorePorts {
  readonly clock: SettableClock;
  /** Opens a deployment, with its first entry, and returns it. Fails when the lock is held. */
  opened(id: string, changes?: Partial<Deployment> & Partial<Omit<Opening, 'deployment'>>): Promise<Deployment>;
  /** Ends a deployment with these changes, one second later on the clock. */
  settled(id: string, changes: Partial<Deployment>): Promise<Deployment>;
}

export function storeContract({ name, empty }: { name: string; empty: (clock: Clock) => Promise<StorePorts> }): void {
  describe(`the contract of the store, on ${name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      const clock = settableClock();
      bench = benchOf(await empty(clock), clock);
    });
    afterEach(async () => {
      // The invariant of the table of waits: a deployment that has ended has no row in it.
      const { items } = await bench.deployments.list({ limit: 100 });
      const ended = items.filter((deployment) => !isInFlight(deployment));
      const recorded = await Promise.all(ended.map(({ id }) => bench.deployments.read(id)));
      expect(recorded.filter(({ waitToken }) => waitToken !== null)).toEqual([]);
    });
    lockContract(() => bench);
    ledgerContract(() => bench);
    listContract(() => bench);
    historyContract(() => bench);
    liveContract(() => bench);
    deskContract(() => bench);
    pipelineRunsContract(() => bench);
    turnsContract(() => bench);
    upkeepContract(() => bench);
  });
}

function benchOf(ports: StorePorts, clock: SettableClock): Bench {
  return {
    ...ports,
    clock,
    async opened(id, { superseding, undoing, once, entries, ...changes } = {}) {
      const result = await ports.deployments.open({
        deployment: sampleDeployment(id, changes),
        entries: entries ?? [sampleEntry('DeploymentOpened')],
        ...(superseding && { superseding }),
        ...(undoing && { undoing }),
        ...(once && { once }),
      });
      if (!result.opened) throw new Error(`${id} was refused: ${result.inFlight.id} is in flight`);
      return result.deployment;
    },
    async settled(id, changes) {
      clock.set(clock.now() + 1_000);
      const kind = changes.status === 'promoted' ? 'DeploymentPromoted' : 'DeploymentRolledBack';
      const { deployment } = await ports.deployments.record(id, (recorded) => ({
        deployment: { ...recorded.deployment, settledAt: NOON, ...changes },
        entries: [sampleEntry(kind)],
      }));
      return deployment;
    },
  };
}
