/** Lists deployments of the services that the caller may see: newest first, one page at a time. */
import { type Access, visibleServices } from '../../domain/access/access.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { Page } from '../../domain/deployment/page.ts';
import { type StatusFilter, statusesIn } from '../../domain/deployment/status-filter.ts';
import type { DeploymentQuery, ListedDeployments } from '../../ports/deployments.ts';

export interface ListDeploymentsInput extends Pick<DeploymentQuery, 'service' | 'cursor' | 'limit'> {
  readonly access: Access;
  readonly status?: readonly StatusFilter[] | undefined;
}

export function listDeployments(
  { deployments }: { readonly deployments: Pick<ListedDeployments, 'list'> },
  { access, service, status, cursor, limit }: ListDeploymentsInput,
): Promise<Page<Deployment>> {
  const visible = visibleServices(access);
  const services = visible === '*' ? undefined : visible;
  return deployments.list({ service, services, statuses: status && statusesIn(status), cursor, limit });
}
