/** All registered services, by name. */
import type { Service } from '../domain/service-spec.ts';
import type { Services } from '../ports.ts';

export function listServices({ services }: { readonly services: Services }): Promise<readonly Service[]> {
  return services.list();
}
