/**
 * The safety net that repairs, every five minutes, what a crash left between two systems. It starts deployments that
 * were only opened, settles those whose execution ended, records undone promotions, and publishes messages. Then it
 * deletes old rows. Each tick measures what is left, even when nothing is.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { backlog } from '../../domain/deployment/measurement.ts';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Recorded } from '../../ports/deployments.ts';
import { publishBatch } from '../steps/publish-outbox.ts';
import { STARTED_WITHIN_MS, startWorkflow } from '../steps/start-workflow.ts';
import { type HealPromotionsPorts, healPromotions } from '../way-back/heal-promotions.ts';
import { type ForgetOldRowsPorts, forgetOldRows } from './forget-old-rows.ts';
import { type SettleAbandonedRolloutPorts, settleAbandonedRollout } from './settle-abandoned-rollout.ts';

/** Without `upkeep` no rows are deleted: a rehearsal of some hours has no old rows. */
export type ReconcilePorts = SettleAbandonedRolloutPorts &
  HealPromotionsPorts &
  Partial<Pick<ForgetOldRowsPorts, 'upkeep' | 'retention'>>;

const BATCHES_MAX = 50;
/**
 * The loop ends after this many deployments whose messages could not be published, because each of them costs failed
 * calls.
 */
const STUCK_MAX = 10;

/**
 * `startedWithinMs` is 0 where no other process can be starting deployments: right after a restart of the only process.
 */
export async function reconcile(
  ports: ReconcilePorts,
  { startedWithinMs = STARTED_WITHIN_MS }: { readonly startedWithinMs?: number } = {},
): Promise<{ readonly started: number; readonly settled: number; readonly published: number }> {
  const inFlight = await ports.deployments.listInFlight();
  const old = inFlight
    .map(({ deployment }) => deployment)
    .filter(({ openedAt }) => openedAt <= ports.clock.now() - startedWithinMs);
  // One deployment that cannot be repaired now must not stop the others. All are tried; then the failure is thrown.
  const [promotions, ...outcomes] = await Promise.allSettled([
    healPromotions(ports),
    ...old.map((deployment) => heal(ports, deployment)),
  ]);
  // What is left is measured even when no message could be published: then a person has to know.
  const [published] = await Promise.allSettled([drain(ports)]);
  const [swept, forgotten] = await Promise.allSettled([ports.turns.sweep(), forget(ports)]);
  await measure(ports, inFlight);
  for (const outcome of [promotions, ...outcomes, published, swept, forgotten]) {
    if (outcome.status === 'rejected' && !isSlipwayError(outcome.reason, 'Transient')) throw outcome.reason;
  }
  const did = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'nothing'));
  return {
    started: did.filter((word) => word === 'started').length,
    settled: did.filter((word) => word === 'settled').length,
    published: published.status === 'fulfilled' ? published.value : 0,
  };
}

async function heal(ports: ReconcilePorts, { id, kind }: Deployment): Promise<'started' | 'settled' | 'nothing'> {
  const state = await ports.workflows.status(kind, id);
  switch (state) {
    case 'running':
      return 'nothing';
    case 'missing':
      await startWorkflow(ports, { id, kind });
      return 'started';
    default:
      return (await settleAbandonedRollout(ports, { deploymentId: id, end: state })).settled ? 'settled' : 'nothing';
  }
}

/**
 * Goes on after messages that cannot be published: behind the notices of a deleted topic there may be pages for another
 * topic.
 */
async function drain(ports: ReconcilePorts): Promise<number> {
  let [published, stuck] = [0, 0];
  let after: OutboxMessage | undefined;
  let failure: unknown = null;
  for (let batches = 0; batches < BATCHES_MAX && stuck < STUCK_MAX; batches += 1) {
    const batch = await publishBatch(ports, { after });
    if (batch.last === null) break;
    after = batch.last;
    published += batch.published;
    if (batch.published === 0) stuck += 1;
    failure ??= batch.failure;
  }
  if (failure !== null) throw failure;
  return published;
}

async function forget(ports: ReconcilePorts): Promise<void> {
  if (mayForget(ports)) await forgetOldRows(ports);
}

function mayForget(ports: ReconcilePorts): ports is ReconcilePorts & ForgetOldRowsPorts {
  return 'upkeep' in ports && 'retention' in ports;
}

async function measure({ outbox, measures, clock }: ReconcilePorts, inFlight: readonly Recorded[]): Promise<void> {
  const [oldest] = await outbox.list({ limit: 1 });
  const deadlines = inFlight.map(({ deployment }) => deployment.deadlineAt);
  measures.record(backlog({ now: clock.now(), deadlines, oldestMessageAt: oldest?.at ?? null }));
}
