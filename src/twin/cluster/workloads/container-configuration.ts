/**
 * Finds what a container needs from ConfigMaps and Secrets and does not have. A real container does not start without
 * it either.
 */
import type { ObjectStore } from '../api/object-store.ts';
import { isMap } from '../api/plain-data.ts';
import type { Container, NameRef, Pod } from '../api/workload-objects.ts';

export interface Missing {
  readonly reason: string;
  readonly message?: string;
}

/** Returns what is missing, in the words of the container's state; null when nothing is missing. */
export function missingConfiguration(
  store: ObjectStore,
  { pod, container }: { pod: Pod; container: Container },
): Missing | null {
  const { namespace = '' } = pod.metadata;
  for (const { kind, name, key } of needsOf(container)) {
    const found = store.find({ apiVersion: 'v1', kind, metadata: { namespace, name } })?.object;
    const reason = 'CreateContainerConfigError';
    if (found === undefined) return { reason, message: `${kind.toLowerCase()} "${name}" not found` };
    const data = { ...fieldsOf(found.data), ...fieldsOf(found.stringData) };
    if (key !== undefined && !(key in data)) {
      return { reason, message: `couldn't find key ${key} in ${kind} ${namespace}/${name}` };
    }
  }
  // A volume that cannot be mounted keeps the container from starting. Kubernetes reports that in an event, which is
  // not simulated.
  const volume = volumesOf(pod).find(
    ({ kind, name }) => !store.find({ apiVersion: 'v1', kind, metadata: { namespace, name } }),
  );
  return volume === undefined ? null : { reason: 'ContainerCreating' };
}

interface Need {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key?: string;
}

function needsOf({ env = [], envFrom = [] }: Container): Need[] {
  const whole = envFrom.flatMap(({ configMapRef, secretRef }) => [
    need('ConfigMap', configMapRef),
    need('Secret', secretRef),
  ]);
  const keys = env.flatMap(({ valueFrom }) => [
    need('ConfigMap', valueFrom?.configMapKeyRef),
    need('Secret', valueFrom?.secretKeyRef),
  ]);
  return [...whole, ...keys].flatMap((one) => one ?? []);
}

function need(kind: Need['kind'], ref: (NameRef & { readonly key?: string }) | undefined): Need | undefined {
  if (ref === undefined || ref.optional) return undefined;
  return { kind, name: ref.name, ...(ref.key !== undefined && { key: ref.key }) };
}

function volumesOf({ spec: { volumes = [] } }: Pod): Need[] {
  return volumes.flatMap(({ configMap, secret }) => {
    const map =
      isMap(configMap) && !configMap.optional ? [{ kind: 'ConfigMap' as const, name: String(configMap.name) }] : [];
    const hidden =
      isMap(secret) && !secret.optional ? [{ kind: 'Secret' as const, name: String(secret.secretName) }] : [];
    return [...map, ...hidden];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}
