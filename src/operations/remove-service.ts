/** Takes a service off the register. What was deployed stays live, and its deployments stay in the ledger. */
import type { Services } from '../ports.ts';

export function removeService(
  { services }: { readonly services: Services },
  { name }: { readonly name: string },
): Promise<void> {
  return services.remove(name);
}
