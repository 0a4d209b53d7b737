/**
 * The Deployment of a workload's stable pods. The pods meet the Pod Security level `restricted`. They take no call
 * before they are ready, and finish their current calls before they stop.
 */
import type { ClusterObject } from './cluster-object.ts';
import { configName } from './rendered-config.ts';
import { metadataOf, podsOf, podsOnTrack, SERVICE_LABEL, type Workload } from './rendered-workload.ts';

/** Leaves out `spec.replicas`, because the autoscaler sets the number. */
export function deployment(workload: Workload): ClusterObject {
  const stable = podsOnTrack(workload, 'stable');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(workload),
    spec: {
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
      selector: { matchLabels: stable },
      template: { metadata: { labels: { ...stable, [SERVICE_LABEL]: workload.service } }, spec: pod(workload) },
    },
  };
}

function pod(workload: Workload): object {
  return {
    serviceAccountName: workload.target.workload,
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    terminationGracePeriodSeconds: 30,
    affinity: apartByNode(workload),
    topologySpreadConstraints: [acrossZones(workload)],
    containers: [container(workload)],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
  };
}

/** Preferred and not required: three pods on two nodes are better than two pods and a pending one. */
function apartByNode(workload: Workload): object {
  const podAffinityTerm = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: podsOf(workload) },
  };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

function acrossZones(workload: Workload): object {
  return {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: podsOf(workload) },
  };
}

function container(workload: Workload): object {
  const { port, secrets } = workload.target.manifests;
  return {
    name: 'app',
    image: workload.image,
    ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
    envFrom: [{ configMapRef: { name: configName(workload) } }, ...secrets.map((name) => ({ secretRef: { name } }))],
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    livenessProbe: { ...probe('/health'), initialDelaySeconds: 30, periodSeconds: 10 },
    readinessProbe: { ...probe('/ready'), initialDelaySeconds: 5, periodSeconds: 5 },
    // A pod that ends is removed from the Service while it already stops. In these seconds the last calls still arrive.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    // The only place where the container can write, because its root file system is read-only.
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

function probe(path: string): object {
  return { httpGet: { path, port: 'http' }, timeoutSeconds: 2, failureThreshold: 3 };
}
