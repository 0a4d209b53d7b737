import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { Labels } from '../../src/domain/workload/workload-objects.ts';

export const NOW = Date.UTC(2030, 0, 1, 12);
export const STABLE = 'v000000000001';
export const CANARY = 'v000000000002';

export interface APod {
  readonly name?: string;
  readonly version?: string;
  readonly workload?: string;
  readonly labels?: Labels;
  readonly ready?: boolean;
  /** How long the pod has been in its state; ten minutes when left out. */
  readonly forSeconds?: number;
  readonly status?: object;
  readonly metadata?: object;
}

let made = 0;

const iso = (at: number) => new Date(at).toISOString();

/** A pod as the API server shows it, behind a Service that selects `app: orders`. */
export function aPod({
  version = CANARY,
  workload = 'orders',
  labels,
  ready = true,
  forSeconds = 600,
  ...more
}: APod = {}): ClusterObject {
  made += 1;
  const { name = `orders-${made}`, status = {}, metadata = {} } = more;
  const lastTransitionTime = iso(NOW - forSeconds * 1_000);
  const own = { 'slipway/workload': workload, 'slipway/version': version };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      labels: labels ?? { app: 'orders', 'slipway/track': version === CANARY ? 'canary' : 'stable', ...own },
      creationTimestamp: lastTransitionTime,
      ...metadata,
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }],
      ...status,
    },
  };
}

export const pods = (count: number, pod: APod = {}) => Array.from({ length: count }, () => aPod(pod));

export function aSelector(name: string, selector: Labels): ClusterObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector } };
}

export function ofVersion(
  version: string,
  spec: object = { replicas: 1 },
  name = version === CANARY ? 'orders-canary' : 'orders',
): ClusterObject {
  const template = { metadata: { labels: { 'slipway/version': version } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { template, ...spec },
  };
}

export function aWarning(
  about: string,
  {
    reason = 'Unhealthy',
    message = 'Readiness probe failed',
    ageSeconds = 10,
    ...more
  }: {
    readonly reason?: string;
    readonly message?: string;
    readonly ageSeconds?: number;
    readonly [field: string]: unknown;
  } = {},
): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.1`, namespace: 'shop' },
    type: 'Warning',
    involvedObject: { kind: 'Pod', name: about },
    lastTimestamp: iso(NOW - ageSeconds * 1_000),
    reason,
    message,
    ...more,
  };
}
