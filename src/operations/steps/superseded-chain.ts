/**
 * Lists the deployments that a deployment superseded, directly or through others. Each of them may have left something
 * on a cluster.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';

/** The deployment itself, and more than can be superseded in the seconds before a first order reaches its cluster. */
const LOOKED_THROUGH = 21;

/** Newest first. Only superseded deployments, because these will never remove what they left. */
export async function supersededChain(
  { deployments }: { readonly deployments: Deployments },
  { id, spec }: Pick<Deployment, 'id' | 'spec'>,
): Promise<readonly string[]> {
  const past = await deployments.history({ target: targetKey(spec.target), limit: LOOKED_THROUGH });
  const chain: string[] = [];
  for (const { deployment } of past) {
    const { id: other, status, replacedBy } = deployment;
    if (status === 'superseded' && replacedBy !== null && [id, ...chain].includes(replacedBy)) chain.push(other);
  }
  return chain;
}
