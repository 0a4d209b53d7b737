/**
 * Invariant 7: the version before is pinned until the deployment after it is settled; so the way back exists, whatever
 * a janitor deletes meanwhile.
 */
import type { Deployment } from '../../domain/deployment.ts';
import { type CheckedWorld, type Checker, firstComplaint, inFlightOf } from './checked-world.ts';

export function wayBackIsKept(): Checker {
  return {
    invariant: '7 way back is kept',
    check: (world) => firstComplaint(inFlightOf(world), (deployment) => checkPin(world, deployment)),
  };
}

function checkPin(world: CheckedWorld, { id, kind, service, status, stable }: Deployment): string | null {
  // Before its plan nothing of it is live; while it is live, the alias itself holds the version.
  if (kind !== 'rollout' || status === 'opened' || stable === null) return null;
  if (!world.hasVersion(service, stable)) return `version ${stable}, to which ${id} goes back, was deleted`;
  const isPlanned = world.ledger.timeline.get(id)?.some((entry) => entry.kind === 'RolloutPlanned');
  const pinned = world.pinned(service);
  return !isPlanned || pinned === stable ? null : `${id} is in flight, and ${pinned} is pinned instead of ${stable}`;
}
