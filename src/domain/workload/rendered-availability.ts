/**
 * How many pods of a workload there are, and how many may be away at once. The autoscaler owns the number: the
 * Deployment names none, or each apply would set the pods back to it in the middle of a busy hour.
 */
import type { ClusterObject } from './cluster-object.ts';
import { metadataOf, podsOf, type Workload } from './rendered-workload.ts';

/** Of the requested 250m: pods are added at 175m, well below the limit of 500m at which a pod is slowed down. */
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
      // A busy hour has three times the calls of a quiet one; beyond that, a fault is likelier than a crowd.
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

/** Counts the pods of both tracks. At most one away, and never none: with a single pod, a node can still be drained. */
export function disruptionBudget(workload: Workload): ClusterObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(workload),
    spec: { maxUnavailable: 1, selector: { matchLabels: podsOf(workload) } },
  };
}
