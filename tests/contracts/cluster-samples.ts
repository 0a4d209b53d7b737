/** Sample objects for the contract of the port Cluster, and what its tests read from objects. */

import { SlipwayError } from '../../src/domain/errors.ts';
import type { ClusterDone, ClusterResult } from '../../src/domain/orders/cluster-order.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import type { ClusterStage } from './cluster-stage.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface DeploymentOrder {
  readonly name?: string;
  readonly image?: string;
  /** Null leaves the number of pods out. */
  readonly replicas?: number | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Fields;
  /** Fields of the container. */
  readonly container?: Fields;
}

export interface Samples {
  deployment(order?: DeploymentOrder): ClusterObject;
  config(data: Readonly<Record<string, string>>, more?: SampleConfig): ClusterObject;
  service(name: string, selector: Readonly<Record<string, string>>): ClusterObject;
}
export interface SampleConfig {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

export function samplesOf({ namespace, images }: Pick<ClusterStage, 'namespace' | 'images'>): Samples {
  return {
    deployment({ name = 'orders', image = images.good, replicas = 3, labels, spec, container } = {}) {
      const selected = { app: name };
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace, labels: { app: name } },
        spec: {
          ...(replicas !== null && { replicas }),
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
          selector: { matchLabels: selected },
          template: {
            metadata: { labels: labels ?? selected },
            spec: { containers: [{ name: 'app', image, env: [{ name: 'MODE', value: 'first' }], ...container }] },
          },
          ...spec,
        },
      };
    },
    config: (data, { name = 'settings', labels, immutable } = {}) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, ...(labels && { labels }) },
      data,
      ...(immutable !== undefined && { immutable }),
    }),
    service: (name, selector) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector, ports: [{ port: 80, targetPort: 8080, name: 'http' }] },
    }),
  };
}

export interface PodView {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  /** True once the pod was told to end. */
  readonly ending: boolean;
  readonly phase: string;
  readonly node: string | undefined;
  readonly waitingFor: string | undefined;
  readonly restarts: number;
  readonly labels: Readonly<Record<string, string>>;
}

interface PodParts {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: { readonly waiting?: { readonly reason: string } };
    }[];
  };
}

export async function podsOf({ cluster, namespace }: ClusterStage, app = 'orders'): Promise<readonly PodView[]> {
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace, labels: { app } });
  return pods.map((pod) => {
    const { spec, status } = pod as unknown as PodParts;
    const container = status.containerStatuses?.[0];
    return {
      name: pod.metadata.name,
      image: spec.containers[0]?.image ?? '',
      ready: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
      ending: pod.metadata.deletionTimestamp !== undefined,
      phase: status.phase,
      node: spec.nodeName,
      waitingFor: container?.state.waiting?.reason,
      restarts: container?.restartCount ?? 0,
      labels: pod.metadata.labels ?? {},
    };
  });
}

export interface DeploymentView {
  readonly generation: number;
  readonly replicas: number;
  readonly image: string;
  readonly mode: string | undefined;
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

interface DeploymentParts {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly image: string;
          readonly env?: readonly { readonly name: string; readonly value: string }[];
        }[];
      };
    };
  };
  readonly status?: DeploymentView['status'];
}

export async function readDeployment({ cluster, namespace }: ClusterStage, name = 'orders'): Promise<DeploymentView> {
  const found = await cluster.get({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace } });
  if (found === null) throw new Error(`There is no Deployment ${name}.`);
  const { spec, status = {} } = found as unknown as DeploymentParts;
  const [container] = spec.template.spec.containers;
  return {
    generation: found.metadata.generation ?? 0,
    replicas: spec.replicas,
    image: container?.image ?? '',
    mode: container?.env?.find(({ name: variable }) => variable === 'MODE')?.value,
    status,
  };
}

export function conditionOf({ status }: DeploymentView, type: string) {
  return status.conditions?.find((condition) => condition.type === type);
}

/** The condition for which `kubectl rollout status` waits. */
export function isRolledOut({ generation, replicas, status }: DeploymentView): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const counts = [status.replicas ?? 0, updatedReplicas, availableReplicas];
  return observedGeneration >= generation && counts.every((count) => count === replicas);
}

/** Returns the result of an order. Throws the error with which the order failed. */
export function doneOf(result: ClusterResult): ClusterDone {
  if (result.ok) return result;
  const { name, message, details } = result.error;
  throw new SlipwayError(name, message, { details });
}
