/** Lists deployments of the services that the caller may see: newest first, one page at a time. */
import { type Access, visibleServices } from '../../domain/access/access.ts';
import type { DeploymentsPage } from '../../domain/deployment/page.ts';
import { type StatusFilter, statusesIn } from '../../domain/deployment/status-filter.ts';
import type { DeploymentQuery, Deployments, ListedDeployments } from '../../ports/deployments.ts';
import { liveAmong } from '../steps/live-among.ts';

export interface ListDeploymentsInput extends Pick<DeploymentQuery, 'service' | 'cursor' | 'limit'> {
  readonly access: Access;
  readonly status?: readonly StatusFilter[] | undefined;
}

export async function listDeployments(
  ports: { readonly deployments: Pick<Deployments, 'history'> & Pick<ListedDeployments, 'list'> },
  { access, service, status, cursor, limit }: ListDeploymentsInput,
): Promise<DeploymentsPage> {
  const visible = visibleServices(access);
  const services = visible === '*' ? undefined : visible;
  const statuses = status && statusesIn(status);
  const page = await ports.deployments.list({ service, services, statuses, cursor, limit });
  return { ...page, live: await liveAmong(ports, page.items) };
}
