/** What the API server demands of names, labels and annotations, in its own words. */
import type { ClusterObject, ObjectMeta } from '../../../domain/workload/cluster-object.ts';
import { invalidValue } from './field-errors.ts';

export function metadataErrors({ kind, metadata }: ClusterObject): string[] {
  return [
    ...nameErrors(kind, metadata.name),
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
  ];
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const ALPHABETIC_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function isSubdomain(name: string): boolean {
  return SUBDOMAIN.test(name);
}

interface NameRule {
  readonly pattern: RegExp;
  readonly lengthMax: number;
  readonly why: string;
}

const ONE_LABEL: NameRule = {
  pattern: LABEL,
  lengthMax: 63,
  why: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};
const SEVERAL_LABELS: NameRule = {
  pattern: SUBDOMAIN,
  lengthMax: 253,
  why: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};
const A_SERVICE: NameRule = {
  pattern: ALPHABETIC_LABEL,
  lengthMax: 63,
  why: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
};
const A_PATH_SEGMENT: NameRule = { pattern: /^[^/%]+$/, lengthMax: 253, why: "may not contain '/'" };

const NAME_RULES: Readonly<Record<string, NameRule>> = {
  Namespace: ONE_LABEL,
  // The name of a Deployment becomes a part of its pods' host names, so the shorter form applies.
  Deployment: ONE_LABEL,
  Service: A_SERVICE,
  Role: A_PATH_SEGMENT,
  RoleBinding: A_PATH_SEGMENT,
};

function nameErrors(kind: string, name: string | undefined): string[] {
  if (!name) return ['metadata.name: Required value: name or generateName is required'];
  const { pattern, lengthMax, why } = NAME_RULES[kind] ?? SEVERAL_LABELS;
  if (name.length > lengthMax) {
    return [invalidValue('metadata.name', { value: name, why: `must be no more than ${lengthMax} bytes` })];
  }
  return pattern.test(name) ? [] : [invalidValue('metadata.name', { value: name, why })];
}

export function labelErrors(labels: ObjectMeta['labels'] = {}, field: string): string[] {
  return Object.entries(labels).flatMap(([key, value]) => [...keyErrors(key, field), ...valueErrors(value, field)]);
}

function keyErrors(key: string, field: string): string[] {
  const [name = '', prefix = 'none', ...more] = key.split('/').reverse();
  const isNameGood = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name) && name.length <= 63;
  const isPrefixGood = SUBDOMAIN.test(prefix) && prefix.length <= 253;
  if (isNameGood && isPrefixGood && more.length === 0) return [];
  const why =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [invalidValue(field, { value: key, why })];
}

function valueErrors(value: string, field: string): string[] {
  if (value.length > 63) return [invalidValue(field, { value, why: 'must be no more than 63 bytes' })];
  if (/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value)) return [];
  const why =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  return [invalidValue(field, { value, why })];
}

const ANNOTATIONS_BYTES_MAX = 262_144;

function annotationErrors(annotations: ObjectMeta['annotations'] = {}): string[] {
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes > ANNOTATIONS_BYTES_MAX) {
    return [`metadata.annotations: Too long: may not be more than ${ANNOTATIONS_BYTES_MAX} bytes`];
  }
  return Object.keys(annotations).flatMap((key) => keyErrors(key, 'metadata.annotations'));
}
