/** Looks whether KUBECONFIG leads to a cluster, before a first screen calls it real. */
import { isDenied, isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { Cluster } from '../ports/cluster.ts';

/** A refusal is an answer too: the cluster is there, and may give Slipway rights in other namespaces alone. */
export async function requireCluster(cluster: Pick<Cluster, 'get'>, kubeconfig: string | undefined): Promise<void> {
  try {
    await cluster.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  } catch (error) {
    if (isDenied(error) || isPermission(error)) return;
    const why = error instanceof Error ? error.message : String(error);
    const fact = `KUBECONFIG=${kubeconfig} leads to no cluster: ${why}`;
    throw new SlipwayError('InvalidRequest', `${fact} Correct it, or unset it to simulate Kubernetes.`, {
      cause: error,
    });
  }
}

/** The API server has answered that RBAC does not let this identity read there. */
function isPermission(error: unknown): boolean {
  return isSlipwayError(error) && error.details.permission !== undefined;
}
