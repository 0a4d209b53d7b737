/**
 * How many pods a workload has, and how many may be missing at once. The autoscaler owns the number. The Deployment
 * names none, because each apply would otherwise reset the number, even in the middle of a busy hour.
 */
import type { ClusterObject } from './cluster-object.ts';
import { metadataOf, podsOf, type Workload } from './rendered-workload.ts';

/**
 * A percentage of the requested 250m: pods are added at 175m, well below the limit of 500m at which a pod is slowed
 * down.
 */
const CPU_TARGET_PERCENT = 70;

export function autoscaler(workload: Workload): ClusterObject {
  const { replicas } = workload.target.manifests;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadataOf(workload),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: workload.target.workload },
      minReplicas: replicas,
      // A busy hour has three times the calls of a quiet hour. More than that is more likely a fault than real load.
      maxReplicas: replicas * 3,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_TARGET_PERCENT } },
        },
      ],
    },
  };
}

/** Counts the pods of both tracks. One pod may be missing, so a node can be drained even when there is only one pod. */
export function disruptionBudget(workload: Workload): ClusterObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(workload),
    spec: { maxUnavailable: 1, selector: { matchLabels: podsOf(workload) } },
  };
}
