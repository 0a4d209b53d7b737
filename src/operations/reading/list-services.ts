/** Lists the registered services that the caller may see, by name. */
import { type Access, visibleServices } from '../../domain/access/access.ts';
import type { Service } from '../../domain/service/service-spec.ts';
import type { Services } from '../../ports/services.ts';

export async function listServices(
  { services }: { readonly services: Services },
  { access }: { readonly access: Access },
): Promise<readonly Service[]> {
  const visible = visibleServices(access);
  const all = await services.list();
  return visible === '*' ? all : all.filter(({ name }) => visible.includes(name));
}
