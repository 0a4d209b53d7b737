/** Deployments, newest first, a page at a time. */
import type { Deployment } from '../domain/deployment.ts';
import type { DeploymentQuery, Deployments, Page } from '../ports.ts';

export function listDeployments(
  { deployments }: { readonly deployments: Deployments },
  query: DeploymentQuery,
): Promise<Page<Deployment>> {
  return deployments.list(query);
}
