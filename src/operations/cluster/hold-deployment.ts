/** Gives the stable Deployment another revision before a way back looks who is ready there (held-by.ts). */
import { heldBy, isHeldBy, orderedBefore } from '../../domain/cluster/held-by.ts';
import { deploymentRef, isOwn } from '../../domain/cluster/workload-objects.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Bring } from './bring-versions.ts';

const TRIES = 10;

/**
 * Repeatable. Does nothing where no promotion can be under way. A Deployment that is not there needs nothing either: who applies it
 * anew finds that it was read otherwise.
 */
export async function holdDeployment({ ports, target, stored, guard }: Bring): Promise<void> {
  const { deploymentId } = stored.record;
  if (orderedBefore(stored.record) < 100) return;
  for (let tries = 1; ; tries += 1) {
    const live = await ports.cluster.get(deploymentRef(target, 'stable'));
    if (live === null || !isOwn(live, target) || isHeldBy(live, deploymentId)) return;
    await guard();
    try {
      await ports.cluster.replace(heldBy(live, deploymentId));
      return;
    } catch (error) {
      if (isSlipwayError(error, 'NotFound')) return;
      // Its status changes all the time.
      if (!isSlipwayError(error, 'Conflict') || tries === TRIES) throw error;
    }
  }
}
