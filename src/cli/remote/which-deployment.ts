/** Finds the deployment that a person means by its id, or by its service. */
import type { SlipwayClient } from '../../api/client.ts';
import type { DeploymentView } from '../../api/views/views.ts';
import { ENDED } from '../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../domain/errors.ts';

/** The ids of deployments begin like this, and no name of a service has their length of random characters. */
const ID = /^dep-[a-z0-9]{20,}$/;

export function isDeploymentId(word: string): boolean {
  return ID.test(word);
}

export function hasEnded({ status }: Pick<DeploymentView, 'status'>): boolean {
  return (ENDED as readonly string[]).includes(status);
}

/** Returns the id: of the deployment in flight, or else of the latest. Throws NotFound when the service has none. */
export async function deploymentIdOf(client: SlipwayClient, word: string): Promise<string> {
  if (isDeploymentId(word)) return word;
  const { items } = await client.listDeployments({ service: word, limit: 20 });
  const found = items?.find((one) => !hasEnded(one)) ?? items?.[0];
  if (found !== undefined) return found.id;
  // An unknown service is refused by the server, which knows the names that are near.
  await client.readService({ name: word });
  throw new SlipwayError('NotFound', `${word} was never deployed. Deploy it: slipway deploy ${word}`);
}
