/** Gives the stable Deployment a new revision before a rollback looks which of its pods are ready (held-by.ts). */

import { isSlipwayError } from '../../domain/errors.ts';
import { heldBy, isHeldBy, orderedBefore } from '../../domain/workload/held-by.ts';
import { deploymentRef, isOwn } from '../../domain/workload/workload-objects.ts';
import type { Bring } from './bring-versions.ts';
import { replaceAsRead } from './replace-as-read.ts';

const TRIES = 10;

/**
 * Repeatable. Does nothing when no promotion can be under way. A missing Deployment needs no new revision: an order
 * that applies it again finds that it has changed since its read.
 */
export async function holdDeployment({ ports, target, stored, guard }: Bring): Promise<void> {
  const { deploymentId } = stored.record;
  if (orderedBefore(stored.record) < 100) return;
  try {
    await replaceAsRead(ports, {
      ref: deploymentRef(target, 'stable'),
      change: (live) => (isOwn(live, target) && !isHeldBy(live, deploymentId) ? heldBy(live, deploymentId) : null),
      guard,
      tries: TRIES,
    });
  } catch (error) {
    if (!isSlipwayError(error, 'NotFound')) throw error;
  }
}
