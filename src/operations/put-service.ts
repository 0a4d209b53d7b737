/**
 * Registers a service or a new revision of its spec. A deployment in flight keeps the spec that it started with, so the target
 * cannot change then; and no two services have one target.
 */
import type { Service, ServiceSpec } from '../domain/service-spec.ts';
import type { Clock, Services } from '../ports.ts';

export function putService(
  { services, clock }: { readonly services: Services; readonly clock: Clock },
  { spec, by }: { readonly spec: ServiceSpec; readonly by: string },
): Promise<Service> {
  return services.write({ spec, by, at: clock.now() });
}
