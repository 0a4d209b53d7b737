/** Whose place a deployment took, and those whose place these had taken: any of them may have left something on a cluster. */
import type { Deployment } from '../domain/deployment.ts';
import type { Deployments } from '../ports.ts';

/** Itself, and more than anybody supersedes in the seconds until a first order reaches its cluster. */
const LOOKED_THROUGH = 21;

/** Newest first; only deployments that were superseded, and so will never clear it themselves. */
export async function supersededChain(
  { deployments }: { readonly deployments: Deployments },
  { id, service }: Pick<Deployment, 'id' | 'service'>,
): Promise<readonly string[]> {
  const { items } = await deployments.list({ service, limit: LOOKED_THROUGH });
  const chain: string[] = [];
  for (const { id: other, status, replacedBy } of items) {
    if (status === 'superseded' && replacedBy !== null && [id, ...chain].includes(replacedBy)) chain.push(other);
  }
  return chain;
}
