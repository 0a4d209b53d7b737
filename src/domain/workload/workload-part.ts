/**
 * Finds the part of a folder that belongs to one workload. A folder with several Deployments belongs to several
 * services: each service deploys its own Deployment, and leaves out what provably belongs only to the others.
 */
import { SlipwayError } from '../errors.ts';
import type { ClusterObject } from './cluster-object.ts';
import { type Fields, fieldsOf, type Labels, listOf, specOf, templateOf } from './workload-objects.ts';

export interface WorkloadPart {
  readonly objects: readonly ClusterObject[];
  /** The other Deployments of the folder, and everything that belongs only to them. */
  readonly left: readonly ClusterObject[];
}

/** Throws InvalidRequest when the folder has several Deployments and none has the workload's name. */
export function partOf(objects: readonly ClusterObject[], workload: string): WorkloadPart {
  const deployments = objects.filter(isDeployment);
  if (deployments.length < 2) return { objects, left: [] };
  const own = deployments.find(({ metadata }) => metadata.name === workload);
  if (own === undefined) {
    const names = deployments.map(({ metadata }) => metadata.name).join(', ');
    throw new SlipwayError(
      'InvalidRequest',
      `The folder has the Deployments ${names}, and none is named ${workload}. Write one of these names as the workload of the service.`,
    );
  }
  const others = deployments.filter((one) => one !== own);
  const left = othersPart(objects, { own, others });
  return { objects: objects.filter((object) => !left.includes(object)), left };
}

function isDeployment({ kind }: ClusterObject): boolean {
  return kind === 'Deployment';
}

interface Parties {
  readonly own: ClusterObject;
  readonly others: readonly ClusterObject[];
}

/**
 * Keeps the order of the folder. An object that leads to other Deployments and to the workload, or to no Deployment,
 * stays with the workload.
 */
function othersPart(objects: readonly ClusterObject[], { own, others }: Parties): readonly ClusterObject[] {
  const left = new Set<ClusterObject>(others);
  const leave = (isOthers: (object: ClusterObject) => boolean) => {
    for (const object of objects) if (object !== own && isOthers(object)) left.add(object);
  };
  leave((object) => isSelecting(object, others) && !isSelecting(object, [own]));
  leave((object) => isScaling(object, others));
  leave((object) => isNamedBy(object, others) && !isNamedBy(object, [own]));
  // These steps come after the Services and the accounts, because routes lead to Services and bindings to accounts.
  leave((object) => leadsOnlyTo(object, { kind: 'Service', to: backendsOf(object), left }));
  leave((object) => leadsOnlyTo(object, { kind: 'ServiceAccount', to: accountsOf(object), left }));
  const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
  leave(({ kind, metadata }) => {
    const users = bindings.filter(({ roleRef }) => isRole(roleRef, { kind, name: metadata.name }));
    return users.length > 0 && users.every((binding) => left.has(binding));
  });
  return objects.filter((object) => left.has(object));
}

/** An empty selector selects all pods, so it does not count. */
function isSelecting(object: ClusterObject, deployments: readonly ClusterObject[]): boolean {
  const labels = selectorOf(object);
  if (Object.keys(labels).length === 0) return false;
  return deployments.some((deployment) => {
    const has = fieldsOf(fieldsOf(templateOf(deployment).metadata).labels);
    return Object.entries(labels).every(([key, value]) => has[key] === value);
  });
}

function selectorOf(object: ClusterObject): Labels {
  const { selector, podSelector } = specOf(object);
  switch (object.kind) {
    case 'Service':
      return fieldsOf(selector) as Labels;
    case 'PodDisruptionBudget':
      return fieldsOf(fieldsOf(selector).matchLabels) as Labels;
    case 'NetworkPolicy':
      return fieldsOf(fieldsOf(podSelector).matchLabels) as Labels;
    default:
      return {};
  }
}

function isScaling(object: ClusterObject, deployments: readonly ClusterObject[]): boolean {
  const { kind = 'Deployment', name } = fieldsOf(specOf(object).scaleTargetRef);
  return kind === 'Deployment' && deployments.some(({ metadata }) => metadata.name === name);
}

/**
 * For each kind, the field with the name and the field around it, as they are in a pod's spec. The field around it
 * matters, because a container may have the same name.
 */
const NAMING: Readonly<Record<string, RegExp>> = {
  ConfigMap: /^configMap(Ref|KeyRef)?\.name$/,
  Secret: /secret\w*\.name$|\.secretName$/i,
  ServiceAccount: /\.serviceAccount(Name)?$/,
  PersistentVolumeClaim: /\.claimName$/,
};

function isNamedBy(object: ClusterObject, deployments: readonly ClusterObject[]): boolean {
  return isNamedInPods(
    object,
    deployments.map((one) => specOf(templateOf(one))),
  );
}

/** True when one of the pod specs names the object, so that such a pod could not start without it. */
export function isNamedInPods({ kind, metadata }: ClusterObject, specs: readonly unknown[]): boolean {
  const naming = NAMING[kind];
  return naming !== undefined && specs.some((spec) => names(spec, { naming, name: metadata.name, around: '' }));
}

interface Naming {
  readonly naming: RegExp;
  readonly name: string;
  readonly around: string;
}

/** True when a field anywhere in the value names the object. */
function names(value: unknown, { naming, name, around }: Naming): boolean {
  if (Array.isArray(value)) return value.some((item) => names(item, { naming, name, around }));
  return Object.entries(fieldsOf(value)).some(([key, child]) =>
    child === name ? naming.test(`${around}.${key}`) : names(child, { naming, name, around: key }),
  );
}

function leadsOnlyTo(
  object: ClusterObject,
  { kind, to, left }: { readonly kind: string; readonly to: readonly unknown[]; readonly left: Set<ClusterObject> },
): boolean {
  const others = [...left].filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  return to.length > 0 && !left.has(object) && to.every((name) => others.includes(String(name)));
}

/** The Services to which a route or an Ingress leads. */
function backendsOf(object: ClusterObject): readonly unknown[] {
  const { rules, defaultBackend } = specOf(object);
  const ofIngress = (backend: unknown) => [fieldsOf(fieldsOf(backend).service).name];
  const named = listOf(rules).flatMap((rule: Fields) => [
    ...listOf(rule.backendRefs).map(({ name }) => name),
    ...listOf(fieldsOf(rule.http).paths).flatMap(({ backend }) => ofIngress(backend)),
  ]);
  return [...named, ...ofIngress(defaultBackend)].filter((name) => name !== undefined);
}

function accountsOf({ kind, subjects }: ClusterObject): readonly unknown[] {
  return kind === 'RoleBinding' ? listOf(subjects).map(({ name }) => name) : [];
}

function isRole(roleRef: unknown, { kind, name }: { readonly kind: string; readonly name: string }): boolean {
  const ref = fieldsOf(roleRef);
  return kind === 'Role' && ref.kind === 'Role' && ref.name === name;
}
