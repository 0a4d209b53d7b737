/** Deployments for the tests of the cluster: small, and quick to roll out. */
export interface DeploymentOrder {
  readonly name: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly cpu?: string;
  /** Annotations of the pods. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Seconds without progress after which the Deployment reports it. */
  readonly deadlineSeconds?: number;
}

/** A real image, so that a cluster with real nodes can pull it too. */
export const GOOD_IMAGE = 'nginx:1.28';

export const labelOf = (name: string) => `app.kubernetes.io/name=${name}`;

export function aDeployment(order: DeploymentOrder) {
  const { name, image = GOOD_IMAGE, replicas = 1, cpu = '50m', annotations, deadlineSeconds = 600 } = order;
  const labels = { 'app.kubernetes.io/name': name };
  const resources = { requests: { cpu, memory: '32Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      progressDeadlineSeconds: deadlineSeconds,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'app', image, resources }] },
      },
    },
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export interface Deployment {
  readonly metadata: { readonly generation: number };
  readonly status: {
    readonly readyReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: { readonly waiting?: { readonly reason: string } };
    }[];
  };
}
