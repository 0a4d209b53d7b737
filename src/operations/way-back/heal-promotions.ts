/**
 * Finishes what an undo began: it puts the traffic back first and records second, and may die in between, as often as
 * its event is delivered. Then the ledger has a promotion, and the target the version before it.
 */
import { type Deployment, isWatchCutShort } from '../../domain/deployment/deployment.ts';
import { liveDeployment, type TargetHistory } from '../../domain/deployment/target-history.ts';
import { recordTraffic } from '../../domain/deployment/traffic-record.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { type Fingerprint, fingerprintIn, mayBeSame } from '../../domain/lambda/fingerprint.ts';
import { onAlias } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Live } from '../../ports/traffic.ts';
import { pageOnce } from '../steps/page-once.ts';
import { readTargetHistory } from '../steps/read-target-history.ts';
import { requireTurn, type TurnPorts } from '../steps/take-turn.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

export type HealPromotionsPorts = UndoPromotionPorts & TurnPorts & { readonly deployments: Deployments };

/** GetAlias and GetProvisionedConcurrencyConfig. */
const CALLS = 2;

type Found = Pick<Live, 'stable' | 'canaryPercent' | 'revision'> & {
  /** What the version on the alias is made of; left out or null: unknown. */
  readonly fingerprint?: Fingerprint | null;
};

/** Longer than the watch: an undo at the end of it still counts some rounds of `reconcile` later. */
const LOOK_BACK_MS = 15 * 60_000;
/** `reconcile` has other things to do; what is left is looked at in its next round. */
const ROUND_MS = 20_000;

/** Returns how many were finished. Looks only at what is live by the record: a later version owns the target. */
export async function healPromotions(ports: HealPromotionsPorts): Promise<number> {
  const { deployments, clock } = ports;
  const startedAt = clock.now();
  const watched = inRotation(await deployments.listWatched(startedAt - LOOK_BACK_MS), startedAt);
  const outcomes: PromiseSettledResult<boolean>[] = [];
  // One after the other, because each takes its turn at Lambda's control plane; one that fails must not end the round.
  for (const deployment of watched) {
    if (clock.now() > startedAt + ROUND_MS) break;
    outcomes.push(...(await Promise.allSettled([healPromotion(ports, deployment)])));
  }
  // All are tried, then a failure is thrown that may pass, or that is nobody's but ours.
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
}

/** Each round begins elsewhere, so that none is always among those for which there was no time. */
function inRotation(deployments: readonly Deployment[], now: number): readonly Deployment[] {
  const first = deployments.length === 0 ? 0 : Math.floor(now / ROUND_MS) % deployments.length;
  return [...deployments.slice(first), ...deployments.slice(0, first)];
}

async function healPromotion(ports: HealPromotionsPorts, deployment: Deployment): Promise<boolean> {
  const { id, spec, stable } = deployment;
  const target = onAlias(spec.target);
  // On a cluster nothing is moved before it is on record.
  if (target === null || isLeft(deployment)) return false;
  await requireTurn(ports, { claimant: `heal ${id} ${ports.clock.now()}`, calls: CALLS });
  try {
    if (!isUndone(deployment, await ports.traffic.read(target)) || !(await isLive(ports, deployment))) return false;
    const because = `Version ${stable} was found to hold the traffic again, and no rollback was on record.`;
    await undoPromotion(ports, { deployment, because, by: 'slipway' });
    return true;
  } catch (error) {
    // Somebody was quicker, and it is on record now. Or the alias is gone, and there is nothing to heal.
    if (isSlipwayError(error, 'Conflict') || isSlipwayError(error, 'NotFound')) return false;
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    await pageOnce(ports, { deploymentId: deployment.id, because: error.message });
    return false;
  }
}

/** Its watch ended early, and not by a look at the alias: the service left the target, which may be another one's by now. */
function isLeft(deployment: Deployment): boolean {
  return deployment.progress.others === undefined && isWatchCutShort(deployment);
}

/** With nothing in flight: a rollout that has begun since counts on what it found. */
async function isLive({ deployments }: HealPromotionsPorts, { id, spec }: Deployment): Promise<boolean> {
  const history = await readTargetHistory({ deployments }, spec.target);
  return history.inFlight === null && liveDeployment(history.ended)?.deployment.id === id;
}

/**
 * The same for a target that is about to be deployed to again: the change gets its entry, and needs no rollback any more. Undone
 * is what is live by the record, also behind later rollouts that never had a call. The history has to be older than the look at
 * the alias: a promotion that is recorded after the look would seem to be undone.
 */
export async function recordUndone(
  { deployments }: Pick<HealPromotionsPorts, 'deployments'>,
  { history: { inFlight, ended }, live }: { readonly history: TargetHistory; readonly live: Found },
): Promise<Deployment | null> {
  const deployment = liveDeployment(ended)?.deployment;
  if (inFlight !== null || deployment === undefined || !isUndone(deployment, live)) return null;
  const moved = { revision: live.revision, foundPercent: 0 };
  const recorded = await deployments.record(deployment.id, ({ deployment: current }) =>
    current.replacedBy === null
      ? recordTraffic(current, { moved, toPercent: 0, by: 'slipway', because: 'Found on the target.' })
      : null,
  );
  return recorded.deployment;
}

function isUndone(deployment: Deployment, live: Found): boolean {
  const { status, replacedBy, stable, canary } = deployment;
  const isHome = live.stable === stable && live.stable !== canary && live.canaryPercent === 0;
  const isSame = mayBeSame(live.fingerprint, fingerprintIn(deployment, live.stable));
  return status === 'promoted' && replacedBy === null && isHome && isSame;
}
