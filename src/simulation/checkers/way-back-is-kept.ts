/**
 * Invariant 7: the version before is pinned until the deployment after it is settled; so the way back exists, whatever
 * a janitor deletes meanwhile.
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
  // What somebody else has moved is pinned once it is noticed.
  if (last?.order === null) return null;
  // Slipway keeps them where a cleaner may delete them.
  if (world.hands.some((hand) => hand.service === service && CLEANED.has(hand.did))) return null;
  // Before its plan nothing of it is live; a rollback has moved the traffic by its first task.
  if (kind !== 'rollout' || stable === null || canary === null) return null;
  const isLive = (world.shares(service).get(canary) ?? 0) > 0;
  if (status === 'opened' && !isLive) return null;
  // The version that it started from was undone: it ends, and nobody goes back there.
  if (!isLive && last?.order.canary === stable && last.order.canaryPercent === 0) return null;
  if (!world.hasVersion({ service, version: stable }))
    return `version ${stable}, to which ${id} goes back, was deleted`;
  // While it has calls, the alias itself keeps it.
  const isHeld = (world.shares(service).get(stable) ?? 0) > 0;
  const pinned = world.pinned(service);
  return pinned === stable || !isLive || isHeld ? null : `${id} is live, and ${pinned} is pinned instead of ${stable}`;
}
