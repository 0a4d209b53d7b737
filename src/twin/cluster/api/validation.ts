/**
 * Decides whether the API server accepts an object: the rules for each kind that Slipway writes, and the common rules
 * for other kinds. The rules that are listed here are as strict as Kubernetes, or stricter.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { claimErrors, cronJobErrors, jobErrors, podSetErrors, statefulSetErrors } from './batch-rules.ts';
import { podErrors } from './container-rules.ts';
import { invalidValue, isPort } from './field-errors.ts';
import { metadataErrors } from './metadata-rules.ts';
import { ingressErrors, policyErrors, roleErrors } from './network-rules.ts';
import { type Fields, isMap, isSame } from './plain-data.ts';
import { missingFields } from './required-fields.ts';
import { serviceErrors } from './service-rules.ts';
import type { PodSpec } from './workload-objects.ts';
import { deploymentErrors } from './workload-rules.ts';

/** Returns field errors in the API server's form; none when all is well. `was` is the object that exists already. */
export function validationErrors(object: ClusterObject, was: ClusterObject | undefined): readonly string[] {
  const errors = [
    metadataErrors(object),
    sizeErrors(object),
    missingFields(object),
    RULES[object.kind]?.(object, was) ?? [],
  ];
  return [...new Set(errors.flat())];
}

type Rules = (object: ClusterObject, was: ClusterObject | undefined) => readonly string[];

const RULES: Readonly<Record<string, Rules>> = {
  Deployment: deploymentErrors,
  Pod: ({ spec }) => podErrors(spec as PodSpec | undefined, 'spec'),
  ReplicaSet: podSetErrors,
  DaemonSet: podSetErrors,
  StatefulSet: statefulSetErrors,
  Job: jobErrors,
  CronJob: cronJobErrors,
  PersistentVolumeClaim: claimErrors,
  Service: serviceErrors,
  Ingress: ingressErrors,
  NetworkPolicy: policyErrors,
  Role: roleErrors,
  ConfigMap: configErrors,
  Secret: configErrors,
  HorizontalPodAutoscaler: (object) => autoscalerErrors(specOf(object)),
  PodDisruptionBudget: (object) => budgetErrors(specOf(object)),
  RoleBinding: ({ roleRef }, was) =>
    was === undefined || isSame(was.roleRef, roleRef) ? [] : ['roleRef: Invalid value: cannot change roleRef'],
  HTTPRoute: (object) => routeErrors(specOf(object)),
};

function specOf({ spec }: ClusterObject): Fields {
  return isMap(spec) ? spec : {};
}

const BYTES_MAX = 1_048_576;

/**
 * For a ConfigMap or Secret only the data counts, as in Kubernetes. Any other object is refused at a smaller size than
 * etcd's limit.
 */
function sizeErrors(object: ClusterObject): string[] {
  const bytes = 'data' in object || 'binaryData' in object ? heldBytes(object) : bytesOf(JSON.stringify(object));
  return bytes > BYTES_MAX ? [`[]: Too long: may not be more than ${BYTES_MAX} bytes`] : [];
}

function heldBytes({ kind, data, binaryData }: ClusterObject): number {
  const decoded = (text: unknown) => Buffer.from(String(text), 'base64').length;
  const ofData = kind === 'Secret' ? decoded : bytesOf;
  const held = [...valuesOf(data).map(ofData), ...valuesOf(binaryData).map(decoded)];
  return held.reduce((sum, bytes) => sum + bytes, 0);
}

function bytesOf(text: unknown): number {
  return Buffer.byteLength(String(text));
}

function valuesOf(field: unknown): readonly unknown[] {
  return isMap(field) ? Object.values(field) : [];
}

function configErrors(object: ClusterObject, was: ClusterObject | undefined): string[] {
  const bad = Object.keys((object.data ?? {}) as Fields).filter((key) => !/^[-._a-zA-Z0-9]{1,253}$/.test(key));
  const why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  const keys = bad.map((value) => invalidValue(`data[${value}]`, { value, why }));
  if (was?.immutable !== true) return keys;
  const changed = ['data', 'binaryData'].filter((field) => !isSame(object[field] ?? {}, was[field] ?? {}));
  const said = changed.map((field) => `${field}: Forbidden: field is immutable when \`immutable\` is set`);
  const freed = object.immutable === true ? [] : ['immutable: Forbidden: field is immutable when `immutable` is set'];
  return [...keys, ...freed, ...said];
}

function autoscalerErrors({ minReplicas, maxReplicas }: Fields): string[] {
  const [min, max] = [Number(minReplicas), Number(maxReplicas ?? 0)];
  const bad = (field: string, why: string) => [
    invalidValue(`spec.${field}`, { value: field === 'minReplicas' ? min : max, why }),
  ];
  return [
    ...(min >= 1 ? [] : bad('minReplicas', 'must be greater than or equal to 1')),
    ...(max >= 1 ? [] : bad('maxReplicas', 'must be greater than 0')),
    ...(max >= min ? [] : bad('maxReplicas', 'must be greater than or equal to `minReplicas`')),
  ];
}

function budgetErrors(spec: Fields): string[] {
  if (spec.minAvailable === undefined || spec.maxUnavailable === undefined) return [];
  return [invalidValue('spec', { value: spec, why: 'minAvailable and maxUnavailable cannot be both set' })];
}

const WEIGHT_MAX = 1_000_000;

function routeErrors({ rules = [] }: Fields): string[] {
  return (rules as readonly Fields[]).flatMap(({ backendRefs = [] }, rule) =>
    (backendRefs as readonly Fields[]).flatMap(({ kind, port, weight: value }, index) => {
      const at = `spec.rules[${rule}].backendRefs[${index}]`;
      const isWeight = Number(value) >= 0 && Number(value) <= WEIGHT_MAX;
      const isReachable = kind !== 'Service' || isPort(port);
      return [
        ...(isWeight ? [] : [invalidValue(`${at}.weight`, { value, why: `should be between 0 and ${WEIGHT_MAX}` })]),
        ...(isReachable ? [] : [invalidValue(at, { value: 'object', why: 'Must have port for Service reference' })]),
      ];
    }),
  );
}
