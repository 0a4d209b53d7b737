import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { aDeploymentObject, aService } from '../domain/a-workload.ts';

/** A team's own manifests without an autoscaler. They set the number of pods themselves. */
export function ownFolder({
  replicas = 3,
  more = [],
}: {
  readonly replicas?: number;
  readonly more?: readonly ClusterObject[];
} = {}): readonly ClusterObject[] {
  return [aService(), aDeploymentObject({ replicas }), ...more];
}
