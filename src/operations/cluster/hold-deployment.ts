/**
 * Keeps an order that was overtaken from a last change of the stable Deployment. It looks at the record before each change, and in the
 * moment between the look and the change the record may go to somebody else. So a promotion names the revision of the Deployment that
 * it has read, and a way back gives the Deployment another one before it looks who is ready there.
 */
import { deploymentRef, isOwn } from '../../domain/cluster/workload-objects.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Bring } from './bring-versions.ts';

/** Whose way back it is, or was last. */
const HELD_BY = 'slipway/held-by';
const TRIES = 10;

/**
 * Repeatable. Does nothing where no promotion can be under way. A Deployment that is not there needs nothing either: who applies it
 * anew finds that it was read otherwise.
 */
export async function holdDeployment({ ports, target, stored, guard }: Bring): Promise<void> {
  const { deploymentId, was, cleared } = stored.record;
  if (Math.max(was, cleared?.percent ?? 0) < 100) return;
  for (let tries = 1; ; tries += 1) {
    const live = await ports.cluster.get(deploymentRef(target, 'stable'));
    if (live === null || !isOwn(live, target) || live.metadata.annotations?.[HELD_BY] === deploymentId) return;
    await guard();
    const annotations = { ...live.metadata.annotations, [HELD_BY]: deploymentId };
    try {
      await ports.cluster.replace({ ...live, metadata: { ...live.metadata, annotations } });
      return;
    } catch (error) {
      // Its status changes all the time.
      if (isSlipwayError(error, 'NotFound')) return;
      if (!isSlipwayError(error, 'Conflict') || tries === TRIES) throw error;
    }
  }
}
