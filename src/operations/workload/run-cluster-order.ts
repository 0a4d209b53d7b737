/**
 * Carries out one order on a cluster and returns its result. This is the work of the container task, whatever started
 * it.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import type { ClusterDone, ClusterOrder, ClusterResult } from '../../domain/orders/cluster-order.ts';
import { diffWorkload } from './diff-workload.ts';
import { patientCluster } from './patient-cluster.ts';
import { planWorkload } from './plan-workload.ts';
import { readWorkloadStatus } from './read-workload-status.ts';
import { restartWorkload } from './restart-workload.ts';
import { scaleWorkload } from './scale-workload.ts';
import { setWorkloadWeight } from './set-workload-weight.ts';
import { takeWorkloadBack } from './take-workload-back.ts';
import type { ClusterPorts } from './workload-store.ts';

/**
 * A Slipway error is a result like any other. Any other error is thrown and fails the task. A rollback that could not
 * reach the cluster also throws: then the failed task is started again, and nothing is recorded about it.
 */
export async function runClusterOrder(ports: ClusterPorts, order: ClusterOrder): Promise<ClusterResult> {
  try {
    return await carryOut({ ...ports, cluster: patientCluster(ports.cluster, ports.pause) }, order);
  } catch (error) {
    if (!isSlipwayError(error) || (order.do === 'takeBack' && error.name === 'Transient')) throw error;
    const { name, message, details } = error;
    return { do: order.do, ok: false, error: { name, message, details } };
  }
}

function carryOut(ports: ClusterPorts, order: ClusterOrder): Promise<ClusterDone> {
  switch (order.do) {
    case 'plan':
      return planWorkload(ports, order);
    case 'setWeight':
    case 'promote':
      return setWorkloadWeight(ports, order);
    case 'takeBack':
      return takeWorkloadBack(ports, order);
    case 'restart':
      return restartWorkload(ports, order);
    case 'scale':
      return scaleWorkload(ports, order);
    case 'status':
      return readWorkloadStatus(ports, order);
    case 'diff':
      return diffWorkload(ports, order);
  }
}
