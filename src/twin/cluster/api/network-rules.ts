/** What the API server demands of an Ingress, a NetworkPolicy and a Role, in its own words. */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { invalidValue, required, unsupported } from './field-errors.ts';
import { isSubdomain } from './metadata-rules.ts';
import { type Fields, isMap } from './plain-data.ts';

export function ingressErrors({ spec }: ClusterObject): string[] {
  const { defaultBackend, rules } = isMap(spec) ? spec : {};
  const given = listOf(rules);
  if (defaultBackend === undefined && given.length === 0) {
    return ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'];
  }
  return [
    ...(defaultBackend === undefined ? [] : backendErrors(defaultBackend, 'spec.defaultBackend')),
    ...given.flatMap(({ host, http }, rule) => [
      ...hostErrors(host, `spec.rules[${rule}].host`),
      ...listOf(isMap(http) ? http.paths : []).flatMap((path, index) =>
        pathErrors(path, `spec.rules[${rule}].http.paths[${index}]`),
      ),
    ]),
  ];
}

function hostErrors(value: unknown, at: string): string[] {
  if (value === undefined || isSubdomain(String(value).replace(/^\*\./, ''))) return [];
  const why = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'";
  return [invalidValue(at, { value, why })];
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

function pathErrors({ path: value, pathType, backend }: Fields, at: string): string[] {
  const mustBegin = pathType === 'Prefix' || pathType === 'Exact';
  const isRelative = mustBegin && !String(value ?? '').startsWith('/');
  return [
    ...(pathType === undefined ? [`${required(`${at}.pathType`)}: pathType must be specified`] : []),
    ...unsupported(`${at}.pathType`, { value: pathType, supported: PATH_TYPES }),
    ...(isRelative ? [invalidValue(`${at}.path`, { value: value ?? '', why: 'must be an absolute path' })] : []),
    ...backendErrors(backend, `${at}.backend`),
  ];
}

function backendErrors(backend: unknown, at: string): string[] {
  const service = isMap(backend) && isMap(backend.service) ? backend.service : null;
  if (service === null) return [];
  const { name, number } = isMap(service.port) ? service.port : {};
  if (name === undefined && number === undefined) return [`${required(at)}: port name or number is required`];
  if (name === undefined || number === undefined) return [];
  return [invalidValue(at, { value: '', why: 'cannot set both port name & port number' })];
}

export function policyErrors({ spec }: ClusterObject): string[] {
  const types = isMap(spec) && Array.isArray(spec.policyTypes) ? spec.policyTypes : [];
  return types.flatMap((value, index) =>
    unsupported(`spec.policyTypes[${index}]`, { value, supported: ['Ingress', 'Egress'] }),
  );
}

export function roleErrors({ rules }: ClusterObject): string[] {
  return listOf(rules).flatMap(({ verbs }, index) =>
    listOf(verbs).length > 0 ? [] : [`${required(`rules[${index}].verbs`)}: verbs must contain at least one value`],
  );
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : [];
}
