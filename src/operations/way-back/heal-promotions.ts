/**
 * Finishes undos of promotions. An undo moves the traffic first and records second, and each delivery of its event may
 * crash in between. Then the ledger has a promotion, but the version before is live on the target.
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
  /** The fingerprint of the version on the alias; left out or null when it is unknown. */
  readonly fingerprint?: Fingerprint | null;
};

/** Longer than the watch: an undo at the end of the watch still counts some rounds of `reconcile` later. */
const LOOK_BACK_MS = 15 * 60_000;
/** `reconcile` also has other work. The next round looks at the rest. */
const ROUND_MS = 20_000;

/**
 * Returns how many undos were finished. Looks only at deployments that are live by the record: otherwise a later
 * version owns the target.
 */
export async function healPromotions(ports: HealPromotionsPorts): Promise<number> {
  const { deployments, clock } = ports;
  const startedAt = clock.now();
  const watched = inRotation(await deployments.listWatched(startedAt - LOOK_BACK_MS), startedAt);
  const outcomes: PromiseSettledResult<boolean>[] = [];
  // One after the other, because each look takes its turn at Lambda's control plane. A look that fails must not end the
  // round.
  for (const deployment of watched) {
    if (clock.now() > startedAt + ROUND_MS) break;
    outcomes.push(...(await Promise.allSettled([healPromotion(ports, deployment)])));
  }
  // All are tried. Then a failure is thrown if it may pass, or if it is a fault in Slipway.
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
}

/** Each round starts at another deployment, so that the time never runs out for the same deployments. */
function inRotation(deployments: readonly Deployment[], now: number): readonly Deployment[] {
  const first = deployments.length === 0 ? 0 : Math.floor(now / ROUND_MS) % deployments.length;
  return [...deployments.slice(first), ...deployments.slice(0, first)];
}

async function healPromotion(ports: HealPromotionsPorts, deployment: Deployment): Promise<boolean> {
  const { id, spec, stable } = deployment;
  const target = onAlias(spec.target);
  // On a cluster nothing moves before it is recorded.
  if (target === null || isLeft(deployment)) return false;
  await requireTurn(ports, { claimant: `heal ${id} ${ports.clock.now()}`, calls: CALLS });
  try {
    if (!isUndone(deployment, await ports.traffic.read(target)) || !(await isLive(ports, deployment))) return false;
    const because = `Version ${stable} was found to hold the traffic again, and no rollback was on record.`;
    await undoPromotion(ports, { deployment, because, by: 'slipway' });
    return true;
  } catch (error) {
    // Another process has recorded the undo in the meantime. Or the alias is gone, and there is nothing to finish.
    if (isSlipwayError(error, 'Conflict') || isSlipwayError(error, 'NotFound')) return false;
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    await pageOnce(ports, { deploymentId: deployment.id, because: error.message });
    return false;
  }
}

/**
 * True when the watch was ended early, but not by a look at the alias. Then the service left the target, which may
 * belong to another service by now.
 */
function isLeft(deployment: Deployment): boolean {
  return deployment.progress.others === undefined && isWatchCutShort(deployment);
}

/** True only when no deployment is in flight: a rollout that has begun since relies on the state that it found. */
async function isLive({ deployments }: HealPromotionsPorts, { id, spec }: Deployment): Promise<boolean> {
  const history = await readTargetHistory({ deployments }, spec.target);
  return history.inFlight === null && liveDeployment(history.ended)?.deployment.id === id;
}

/**
 * Does the same for a target before the next deployment to it: records the change of an undo, which then needs no
 * rollback. It looks at the deployment that is live by the record, even behind later rollouts that never had a call.
 *
 * The history must be read before the alias. Otherwise a promotion that is recorded after the look would seem to be
 * undone.
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
