/** Whose place a deployment took, and those whose place these had taken: any of them may have left something on a cluster. */
import type { Deployment } from '../domain/deployment.ts';
import type { Deployments } from '../ports.ts';

/** Longer than anybody supersedes in the seconds until a first order reaches its cluster. */
const LONGEST = 20;

/** Newest first; only deployments that were superseded, and so will never clear it themselves. */
export async function supersededChain(
  { deployments }: { readonly deployments: Deployments },
  { replaces }: Pick<Deployment, 'replaces'>,
): Promise<readonly string[]> {
  const chain: string[] = [];
  for (let id = replaces; id !== null && chain.length < LONGEST; ) {
    const { deployment } = await deployments.read(id);
    if (deployment.status !== 'superseded') break;
    chain.push(id);
    id = deployment.replaces;
  }
  return chain;
}
