/**
 * Removes a service from the register. Its version stays live, and its deployments stay in the ledger. Its watch ends:
 * no alarm moves the calls of a removed service.
 */

import type { Clock } from '../../ports/clock.ts';
import type { Services } from '../../ports/services.ts';

export function removeService(
  { services, clock }: { readonly services: Services; readonly clock: Clock },
  { name, by }: { readonly name: string; readonly by: string },
): Promise<void> {
  return services.remove({ name, by, at: clock.now() });
}
