/** `slipway status [SERVICE]`: what is live since when, what is in flight, and how the latest deployment ended. */
import type { AnswerOf } from '../../api/answers.ts';
import type { SlipwayClient } from '../../api/client.ts';
import type { DeploymentView } from '../../api/views/views.ts';
import type { Given } from '../arguments/declaration.ts';
import { STATUS } from '../declarations/reading.ts';
import { deploymentLines } from '../print/deployment-lines.ts';
import { type ServiceStatus, serviceStatus } from '../print/service-status.ts';
import { statusLines, statusTable } from '../print/status-lines.ts';
import { type RemoteDesk, remoteDesk } from '../remote/desk.ts';
import { exitOfDeployment } from '../remote/exit-codes.ts';
import { type Remote, remoteVerb } from '../remote/remote-verb.ts';
import { isDeploymentId } from '../remote/which-deployment.ts';

export function status(args: readonly string[], desk: RemoteDesk = remoteDesk): Promise<number> {
  return remoteVerb(STATUS, {
    args,
    desk,
    calls: ['listServices', 'readService', 'listDeployments', 'readDeployment'],
    run: showStatus,
  });
}

async function showStatus(remote: Remote, { words: [service] }: Given<typeof STATUS.options>) {
  const { client, desk } = remote;
  const order = { width: desk.width(), now: desk.clock.now() };
  if (service === undefined) {
    remote.show(await statusOfAll(client), (visible) => statusTable(visible, order));
    return 'good' as const;
  }
  if (isDeploymentId(service)) {
    const deployment = await client.readDeployment({ id: service });
    remote.show(deployment, (visible) => deploymentLines(visible, order));
    return exitOfDeployment(deployment);
  }
  const items = await latestOf(client, service);
  // An unknown service is refused by the server, which knows the names that are near.
  if (items.length === 0) await client.readService({ name: service });
  const one = serviceStatus(service, items);
  remote.show(one, (visible) => statusLines(visible, order));
  return one.latest === null ? ('good' as const) : exitOfDeployment(one.latest);
}

/** So many deployments back, the version that is live is found: a service seldom fails that often in a row. */
const PAGE = 20;
/** Requests at a time: the account of a Slipway with hundreds of services has a limit of its own. */
const AT_ONCE = 8;

async function statusOfAll(client: SlipwayClient): Promise<ServiceStatus[]> {
  // An older or newer server may leave a field out.
  const { items = [] } = (await client.listServices()) as Partial<AnswerOf<'listServices'>>;
  const names = items.map(({ name }) => name);
  const all: ServiceStatus[] = [];
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const some = names.slice(first, first + AT_ONCE);
    all.push(...(await Promise.all(some.map(async (name) => serviceStatus(name, await latestOf(client, name))))));
  }
  return all;
}

async function latestOf(client: SlipwayClient, service: string): Promise<readonly DeploymentView[]> {
  return (await client.listDeployments({ service, limit: PAGE })).items ?? [];
}
