/**
 * Registers a service, or a new revision of its spec. A deployment in flight keeps the spec that it started with, so
 * the target cannot change during it. No two services have the same target; an admin of both services can move a target
 * from one to the other.
 */
import { type Access, decideAccess } from '../../domain/access/access.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Service, ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Services } from '../../ports/services.ts';

export interface PutServiceInput {
  readonly spec: ServiceSpec;
  readonly by: string;
  /** The service that has the target now, and gives it up. */
  readonly takeFrom?: string | undefined;
  /** When left out, the caller cannot take a target from another service. */
  readonly access?: Access | undefined;
}

export async function putService(
  { services, clock }: { readonly services: Services; readonly clock: Clock },
  { spec, by, takeFrom, access }: PutServiceInput,
): Promise<Service> {
  if (takeFrom !== undefined) requireAdmin(access, takeFrom);
  // The ledger keeps no `rehearsal`, which only `npm start` and `slipway rehearse` read from the request or the file.
  // Left in, this answer would have a part that no later answer has, and each repeat would be a new revision.
  const { rehearsal: _rehearsal, ...kept } = spec;
  return services.write({ spec: kept, by, at: clock.now(), takingFrom: takeFrom });
}

/** The route checks the role on the service that gets the target. This checks the role on the service that loses it. */
function requireAdmin(access: Access | undefined, service: string): void {
  const decision = decideAccess({ access: access ?? { caller: 'anonymous', grants: [] }, role: 'admin', service });
  if (decision.allowed) return;
  throw new SlipwayError('Forbidden', decision.because, { details: { reason: decision.reason } });
}
