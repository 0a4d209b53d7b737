/** Reads the current spec of a service, with its revision. */
import type { Service } from '../../domain/service/service-spec.ts';
import type { Services } from '../../ports/services.ts';

export function readService(
  { services }: { readonly services: Services },
  { name }: { readonly name: string },
): Promise<Service> {
  return services.read(name);
}
