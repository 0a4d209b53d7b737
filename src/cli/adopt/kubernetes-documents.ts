/**
 * Finds the Deployments in the output of `kustomize build` or `helm template`, with the Service and the route in front
 * of each.
 */
import { relative } from 'node:path';
import { type Fields, fieldsOf, isFields, listOf, stringOf, textOf } from './intrinsic-values.ts';

export interface FoundWorkload {
  readonly name: string;
  readonly namespace: string | null;
  readonly image: string | null;
  readonly containers: readonly string[];
  readonly replicas: number;
  readonly hasService: boolean;
  readonly route: { readonly kind: 'httpRoute' | 'albIngress'; readonly name: string } | null;
  readonly managedBy: string | null;
  readonly hasReadiness: boolean;
  /** The folder of the manifests, relative to the working folder. */
  readonly folder: string;
}

/** Returns null when the documents are not Kubernetes objects. */
export function workloadsOf(documents: readonly unknown[], folder: string): FoundWorkload[] | null {
  const objects = documents
    .filter(isObject)
    .flatMap((object) => (object.kind === 'List' ? listOf(object.items) : [object]));
  const known = objects.filter(isObject);
  if (known.length === 0 || known.some(({ kind }) => kind === 'Kustomization')) return null;
  return known
    .filter(({ kind }) => kind === 'Deployment')
    .map((object) => workloadFrom(object, { objects: known, folder }));
}

function isObject(value: unknown): value is Fields {
  return isFields(value) && typeof value.kind === 'string' && typeof value.apiVersion === 'string';
}

interface Around {
  readonly objects: readonly Fields[];
  readonly folder: string;
}

function workloadFrom(object: Fields, { objects, folder }: Around): FoundWorkload {
  const metadata = fieldsOf(object.metadata);
  const name = textOf(metadata.name);
  const spec = fieldsOf(object.spec);
  const pod = fieldsOf(fieldsOf(spec.template).spec);
  const containers = listOf(pod.containers).map(fieldsOf).sort(firstIs(name));
  const labels = { ...fieldsOf(metadata.labels), ...fieldsOf(metadata.annotations) };
  return {
    name,
    namespace: stringOf(metadata.namespace),
    image: stringOf(containers[0]?.image),
    containers: containers.map((container) => textOf(container.name)),
    replicas: typeof spec.replicas === 'number' ? spec.replicas : 1,
    hasService: objects.some(({ kind, metadata }) => kind === 'Service' && fieldsOf(metadata).name === name),
    route: routeTo(name, objects),
    managedBy: managerIn(labels),
    hasReadiness: containers.some(({ readinessProbe }) => readinessProbe !== undefined),
    folder: relative('.', folder) || '.',
  };
}

/**
 * With several containers, the team's container is the one with the Deployment's name; otherwise it is the first one.
 */
function firstIs(name: string): (one: Fields, other: Fields) => number {
  return (one, other) => Number(other.name === name) - Number(one.name === name);
}

function routeTo(service: string, objects: readonly Fields[]): FoundWorkload['route'] {
  for (const { kind, metadata, spec } of objects) {
    const name = textOf(fieldsOf(metadata).name);
    const { rules, defaultBackend } = fieldsOf(spec);
    // Without the names of the gateways in front of a route.
    const names = namesIn([rules, defaultBackend]);
    if (!names.includes(service)) continue;
    if (kind === 'HTTPRoute') return { kind: 'httpRoute', name };
    if (kind === 'Ingress' && isAlb(fieldsOf(metadata), fieldsOf(spec))) return { kind: 'albIngress', name };
  }
  return null;
}

function isAlb({ annotations }: Fields, { ingressClassName }: Fields): boolean {
  const { 'kubernetes.io/ingress.class': before } = fieldsOf(annotations);
  return ingressClassName === 'alb' || before === 'alb';
}

/** Every `name` inside a value; some of them are the Services behind a route. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(fieldsOf(value)).flatMap(([key, item]) =>
    key === 'name' && typeof item === 'string' ? [item] : namesIn(item),
  );
}

const MANAGERS: readonly (readonly [key: RegExp, tool: string])[] = [
  [/^argocd\.argoproj\.io\//, 'Argo CD'],
  [/^kustomize\.toolkit\.fluxcd\.io\//, 'Flux'],
  [/^helm\.toolkit\.fluxcd\.io\//, 'Flux'],
  [/^(meta\.helm\.sh\/|helm\.sh\/chart)/, 'Helm'],
];

function managerIn(labels: Fields): string | null {
  return MANAGERS.find(([key]) => Object.keys(labels).some((label) => key.test(label)))?.[1] ?? null;
}
