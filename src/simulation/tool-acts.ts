/** A team deploys to `$LATEST` with its own tool and has Slipway publish that. The tool may deploy again too soon. */
import { pick, type Random } from '../twin/random.ts';
import { sleep } from '../twin/scheduler.ts';
import { type ActOrder, publishedServices } from './account-acts.ts';
import type { Clients } from './clients.ts';
import { deploy } from './requests.ts';
import { CODES } from './scenario.ts';

export interface ToolOrder extends ActOrder {
  readonly clients: Clients;
}

export async function deployWithTool(order: ToolOrder, random: Random): Promise<void> {
  const { clients, scenario, scheduler } = order;
  const services = publishedServices(scenario);
  if (services.length === 0) return;
  const { name: service } = pick(random, services);
  putLatest(order, { service, random });
  const body = { service, artifact: { version: 'latest' }, supersede: random.chance(0.4) };
  const asked = clients.ask(deploy(body, { random, who: 'ci' }), { line: `deploy the latest to ${service}`, random });
  if (random.chance(0.4)) {
    await sleep(scheduler, random.integer(3_000));
    putLatest(order, { service, random });
  }
  await asked;
}

function putLatest(
  { installation, say }: ToolOrder,
  { service, random }: { readonly service: string; readonly random: Random },
): void {
  const image = pick(random, CODES);
  installation.cloud.putLatest({ functionName: service, artifact: { image } });
  say(`a tool puts ${image} into $LATEST of ${service}`);
}
