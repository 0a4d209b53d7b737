/**
 * Decides whether a namespace admits a pod, beyond its quotas of objects. It checks LimitRanges of containers, quotas
 * of CPU and memory, and the levels of Pod Security. As in Kubernetes, a Deployment is accepted even when its pods are
 * refused.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import type { ObjectStore } from './object-store.ts';
import { type Fields, isMap } from './plain-data.ts';
import { podSecurityViolations } from './pod-security.ts';
import { quantity } from './quantities.ts';
import type { Container, PodSpec } from './workload-objects.ts';

export interface PodToAdmit {
  readonly namespace: string;
  readonly spec: PodSpec;
  /** The name of the pod when it exists: an update is not a new pod. */
  readonly name?: string;
}

/** Returns why the pod is refused, in the API server's words; null when it is admitted. */
export function podRefused(store: ObjectStore, { namespace, spec, name }: PodToAdmit): string | null {
  const limits = store.list({ kind: 'LimitRange', namespace }).flatMap((range) => limitErrors(range, spec));
  if (limits.length > 0) return limits.length === 1 ? (limits[0] ?? null) : `[${limits.join(', ')}]`;
  const level = levelOf(store, namespace);
  const violations = level === null ? [] : podSecurityViolations(spec, level);
  if (violations.length > 0) return `violates PodSecurity "${level}:latest": ${violations.join(', ')}`;
  return resourceQuotaExceeded(store, { namespace, spec, ...(name !== undefined && { name }) });
}

function levelOf(store: ObjectStore, namespace: string): 'baseline' | 'restricted' | null {
  const found = store.find({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })?.object;
  const level = found?.metadata.labels?.['pod-security.kubernetes.io/enforce'];
  return level === 'baseline' || level === 'restricted' ? level : null;
}

/** Adds the requests and limits that the LimitRanges of the namespace give to containers that name none. */
export function withLimitDefaults(store: ObjectStore, { namespace, spec }: PodToAdmit): PodSpec {
  const items = store.list({ kind: 'LimitRange', namespace }).flatMap(containerLimits);
  if (items.length === 0) return spec;
  const [limits, requests] = (['default', 'defaultRequest'] as const).map((field) =>
    Object.assign({}, ...items.map((item) => mapOf(item[field]))),
  ) as [Fields, Fields];
  const containers = spec.containers.map((container) => {
    const given = container.resources ?? {};
    const limited = { ...limits, ...given.limits };
    // A container with a limit and no request requests its limit.
    const own = { ...given.limits, ...given.requests };
    return { ...container, resources: { ...given, limits: limited, requests: { ...requests, ...own } } } as Container;
  });
  return { ...spec, containers };
}

function containerLimits({ spec }: ClusterObject): readonly Fields[] {
  const items = isMap(spec) && Array.isArray(spec.limits) ? (spec.limits as readonly Fields[]) : [];
  return items.filter(({ type }) => type === 'Container').map(withImpliedDefaults);
}

/**
 * Unless a default is given, a maximum is the default limit, and a default limit or a minimum is the default request.
 */
function withImpliedDefaults(item: Fields): Fields {
  const limits = { ...mapOf(item.max), ...mapOf(item.default) };
  return { ...item, default: limits, defaultRequest: { ...mapOf(item.min), ...limits, ...mapOf(item.defaultRequest) } };
}

function limitErrors(range: ClusterObject, { containers }: PodSpec): string[] {
  return containerLimits(range).flatMap(({ max, min }) =>
    containers.flatMap(({ resources: { limits = {}, requests = {} } = {} }) => [
      ...Object.entries(mapOf(max)).flatMap(([name, most]) => {
        if (amount(limits[name]) <= amount(most)) return [];
        const said = limits[name] === undefined ? '. No limit is specified' : `, but limit is ${limits[name]}`;
        return [`maximum ${name} usage per Container is ${most}${said}`];
      }),
      ...Object.entries(mapOf(min)).flatMap(([name, least]) => {
        if (requests[name] !== undefined && amount(requests[name]) >= amount(least)) return [];
        const said = requests[name] === undefined ? '. No request is specified' : `, but request is ${requests[name]}`;
        return [`minimum ${name} usage per Container is ${least}${said}`];
      }),
    ]),
  );
}

function resourceQuotaExceeded(store: ObjectStore, { namespace, spec, name }: PodToAdmit): string | null {
  const others = store.list({ kind: 'Pod', namespace }).filter(({ metadata }) => metadata.name !== name);
  for (const { metadata, spec: quota } of store.list({ kind: 'ResourceQuota', namespace })) {
    for (const [resource, hard] of Object.entries(mapOf(mapOf(quota).hard))) {
      const [, field, of = ''] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
      if (of === '') continue;
      const kind = field === 'limits' ? 'limits' : 'requests';
      const silent = spec.containers.filter(({ resources }) => resources?.[kind]?.[of] === undefined);
      if (silent.length > 0) {
        return `failed quota: ${metadata.name}: must specify ${resource} for: ${silent.map((one) => one.name).join(',')}`;
      }
      const asked = total(spec, { kind, of });
      const used = others.reduce((sum, pod) => sum + total(pod.spec as PodSpec, { kind, of }), 0);
      if (asked + used <= amount(hard) + ROUNDING) continue;
      return `exceeded quota: ${metadata.name}, requested: ${resource}=${asked}, used: ${resource}=${used}, limited: ${resource}=${hard}`;
    }
  }
  return null;
}

const ROUNDING = 1e-9;

function total({ containers }: PodSpec, { kind, of }: { kind: 'limits' | 'requests'; of: string }): number {
  return containers.reduce((sum, { resources }) => sum + amountOrNone(resources?.[kind]?.[of]), 0);
}

function amountOrNone(value: unknown): number {
  return value === undefined ? 0 : amount(value);
}

/** Infinite when no amount is given. */
function amount(value: unknown): number {
  return quantity(String(value)) ?? Number.POSITIVE_INFINITY;
}

function mapOf(value: unknown): Fields {
  return isMap(value) ? value : {};
}
