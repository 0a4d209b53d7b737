/** What the API server demands of the kinds that make pods in addition to a Deployment, in its own words. */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { podErrors } from './container-rules.ts';
import { invalidValue, required, unsupported } from './field-errors.ts';
import { type Fields, isMap, isSame } from './plain-data.ts';
import { type LabelSelector, type PodTemplate, selects } from './workload-objects.ts';

type Was = ClusterObject | undefined;

export function jobErrors(object: ClusterObject, was: Was): string[] {
  const spec = specOf(object);
  const before = specOf(was);
  const immutable = ['template', 'completions', 'selector', 'completionMode'] as const;
  const changed = was === undefined ? [] : immutable.filter((field) => !isSame(spec[field], before[field]));
  return [
    ...endingPodErrors(spec.template, 'spec.template'),
    ...changed.map((field) => invalidValue(`spec.${field}`, { value: spec[field], why: 'field is immutable' })),
    ...(spec.selector === undefined || spec.manualSelector === true
      ? []
      : [invalidValue('spec.selector', { value: spec.selector, why: '`selector` not auto-generated' })]),
  ];
}

const CRON_NAME_MAX = 52;
const POLICIES = ['Allow', 'Forbid', 'Replace'];

export function cronJobErrors(object: ClusterObject): string[] {
  const { schedule, concurrencyPolicy, jobTemplate } = specOf(object);
  const { name: value } = object.metadata;
  const template = isMap(jobTemplate) && isMap(jobTemplate.spec) ? jobTemplate.spec.template : undefined;
  const tooLong = invalidValue('metadata.name', { value, why: `must be no more than ${CRON_NAME_MAX} characters` });
  return [
    ...(value.length > CRON_NAME_MAX ? [tooLong] : []),
    ...scheduleErrors(String(schedule ?? '')),
    ...unsupported('spec.concurrencyPolicy', { value: concurrencyPolicy, supported: POLICIES }),
    ...endingPodErrors(template, 'spec.jobTemplate.spec.template'),
  ];
}

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

function scheduleErrors(value: string): string[] {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(value)) return [];
  const fields = value.trim().split(/\s+/);
  const bad = (why: string) => [invalidValue('spec.schedule', { value, why })];
  if (fields.length !== 5) return bad(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  for (const [index, field] of fields.entries()) {
    const [min, max] = RANGES[index] ?? [0, 0];
    if (!/^[\w*?/,-]+$/.test(field)) return bad(`failed to parse field: ${field}`);
    const above = (field.match(/\d+/g) ?? []).find((number) => Number(number) > max);
    if (above !== undefined) return bad(`end of range (${above}) above maximum (${max}): ${field}`);
    if (/^\d+$/.test(field) && Number(field) < min)
      return bad(`beginning of range (${field}) below minimum (${min}): ${field}`);
  }
  return [];
}

const MAY_CHANGE: readonly string[] = [
  ...['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit'],
  ...['persistentVolumeClaimRetentionPolicy', 'minReadySeconds'],
];

export function statefulSetErrors(object: ClusterObject, was: Was): string[] {
  const fixed = (spec: Fields) =>
    Object.fromEntries(Object.entries(spec).filter(([name]) => !MAY_CHANGE.includes(name)));
  const isChanged = was !== undefined && !isSame(fixed(specOf(object)), fixed(specOf(was)));
  const named = MAY_CHANGE.slice(0, -1).map((name) => `'${name}'`);
  const why = `updates to statefulset spec for fields other than ${named.join(', ')} and '${MAY_CHANGE.at(-1)}' are forbidden`;
  return [...lastingPodErrors(specOf(object)), ...(isChanged ? [`spec: Forbidden: ${why}`] : [])];
}

/** For DaemonSets and ReplicaSets. */
export function podSetErrors(object: ClusterObject, was: Was): string[] {
  const { selector } = specOf(object);
  const isChanged = was !== undefined && !isSame(selector, specOf(was).selector);
  const changed = invalidValue('spec.selector', { value: selector, why: 'field is immutable' });
  return [...lastingPodErrors(specOf(object)), ...(isChanged ? [changed] : [])];
}

function lastingPodErrors({ selector, template }: Fields): string[] {
  const { metadata, spec } = (template ?? {}) as Partial<PodTemplate>;
  const labels = metadata?.labels ?? {};
  const why = '`selector` does not match template `labels`';
  const isMissed = isMap(selector) && !selects(selector as LabelSelector, labels);
  return [
    ...(isMissed ? [invalidValue('spec.template.metadata.labels', { value: labels, why })] : []),
    ...podErrors(spec, 'spec.template.spec'),
    ...restartErrors(spec),
  ];
}

/** Pods of a Deployment or a set always restart. */
export function restartErrors(spec: object | undefined): string[] {
  const { restartPolicy: value } = (spec ?? {}) as Fields;
  return unsupported('spec.template.spec.restartPolicy', { value, supported: ['Always'] });
}

function endingPodErrors(template: unknown, at: string): string[] {
  const { spec } = (isMap(template) ? template : {}) as Partial<PodTemplate>;
  const { restartPolicy } = (spec ?? {}) as unknown as Fields;
  const isRight = restartPolicy === 'OnFailure' || restartPolicy === 'Never';
  return [
    ...podErrors(spec, `${at}.spec`),
    ...(isRight ? [] : [`${required(`${at}.spec.restartPolicy`)}: valid values: "OnFailure", "Never"`]),
  ];
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** No controller here binds a claim, so a claim cannot grow either. */
export function claimErrors(object: ClusterObject, was: Was): string[] {
  const spec = specOf(object);
  const modes = Array.isArray(spec.accessModes) ? spec.accessModes : [];
  const requests = isMap(spec.resources) && isMap(spec.resources.requests) ? spec.resources.requests : {};
  const why =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    ...(modes.length === 0 ? [`${required('spec.accessModes')}: at least 1 access mode is required`] : []),
    ...modes.flatMap((value) => unsupported('spec.accessModes', { value, supported: ACCESS_MODES })),
    ...(requests.storage === undefined ? [required('spec.resources[storage]')] : []),
    ...(was === undefined || isSame(spec, specOf(was)) ? [] : [`spec: Forbidden: ${why}`]),
  ];
}

function specOf(object: Was): Fields {
  return isMap(object?.spec) ? object.spec : {};
}
