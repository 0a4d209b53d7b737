/**
 * Takes a service off the register. What was deployed stays live, and its deployments stay in the ledger. A watch ends: no
 * alarm moves the calls of a service that is not there any more.
 */

import type { Clock } from '../../ports/clock.ts';
import type { Services } from '../../ports/services.ts';

export function removeService(
  { services, clock }: { readonly services: Services; readonly clock: Clock },
  { name, by }: { readonly name: string; readonly by: string },
): Promise<void> {
  return services.remove({ name, by, at: clock.now() });
}
