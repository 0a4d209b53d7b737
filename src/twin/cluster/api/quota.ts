/**
 * ResourceQuotas, as far as they count objects: `pods`, and `count/<plural>.<group>`. Terminating pods count until they
 * are gone.
 */
import type { ObjectStore } from './object-store.ts';
import { isMap } from './plain-data.ts';
import { qualified, type Resource } from './resources.ts';

/** Returns why one more object is too many, in the API server's words; null when it is allowed. */
export function quotaExceeded(
  store: ObjectStore,
  { namespace, resource }: { namespace: string; resource: Resource },
): string | null {
  for (const { metadata, spec } of store.list({ kind: 'ResourceQuota', namespace })) {
    const hard = isMap(spec) && isMap(spec.hard) ? spec.hard : {};
    for (const name of quotaNames(resource)) {
      const limited = hard[name];
      if (limited === undefined) continue;
      const used = store.list({ kind: resource.kind, namespace }).length;
      if (used + 1 <= Number(limited)) continue;
      return `exceeded quota: ${metadata.name}, requested: ${name}=1, used: ${name}=${used}, limited: ${name}=${limited}`;
    }
  }
  return null;
}

function quotaNames(resource: Resource): string[] {
  const counted = `count/${qualified(resource)}`;
  return resource.group === '' ? [resource.plural, counted] : [counted];
}
