/**
 * Invariant 7: the version before is pinned until the deployment after it is settled. So a rollback stays possible,
 * whatever a janitor deletes meanwhile.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { type CheckedWorld, type Checker, firstComplaint, type HandKind } from './checked-world.ts';

export function wayBackIsKept(): Checker {
  return {
    invariant: '7 way back is kept',
    check: (world) => firstComplaint(world.inFlight, (deployment) => checkPin(world, deployment)),
  };
}

const CLEANED: ReadonlySet<HandKind> = new Set(['versionsDeleted', 'recordDeleted']);

function checkPin(world: CheckedWorld, { id, kind, service, status, stable, canary }: Deployment): string | null {
  const last = world.moves.findLast((move) => move.service === service);
  // A version that another person moved is pinned once Slipway notices the move.
  if (last?.order === null) return null;
  // Slipway keeps versions in ConfigMaps, which a cleaner may delete.
  if (world.hands.some((hand) => hand.service === service && CLEANED.has(hand.did))) return null;
  // Before its plan a rollout has no version live. A rollback moves the traffic with its first task.
  if (kind !== 'rollout' || stable === null || canary === null) return null;
  const isLive = (world.shares(service).get(canary) ?? 0) > 0;
  if (status === 'opened' && !isLive) return null;
  // The version from which the rollout started was undone: the rollout ends, and does not return to that version.
  if (!isLive && last?.order.canary === stable && last.order.canaryPercent === 0) return null;
  if (!world.hasVersion({ service, version: stable }))
    return `version ${stable}, to which ${id} goes back, was deleted`;
  // While the version has calls, the alias itself keeps it.
  const isHeld = (world.shares(service).get(stable) ?? 0) > 0;
  const pinned = world.pinned(service);
  return pinned === stable || !isLive || isHeld ? null : `${id} is live, and ${pinned} is pinned instead of ${stable}`;
}
