/**
 * The Service through which a route or a person reaches only the canary. It has the ports of the workload's own
 * Service. It has nothing that makes a Service known outside the cluster: no load balancer, no node port, no address,
 * no annotation.
 */
import type { ClusterObject } from './cluster-object.ts';
import { withoutMarks } from './tool-marks.ts';
import { type Fields, fieldsOf, listOf, specOf, withoutTies } from './workload-objects.ts';

/**
 * Fields that say how calls inside the cluster are handled. Any other field would make a second entrance to the
 * cluster.
 */
const INSIDE: ReadonlySet<string> = new Set([
  'ports',
  'selector',
  'sessionAffinity',
  'sessionAffinityConfig',
  'publishNotReadyAddresses',
  'internalTrafficPolicy',
  'trafficDistribution',
  'ipFamilies',
  'ipFamilyPolicy',
]);

/** The Service is headless only when the workload's own Service is: clients of a headless Service look for its pods. */
export function secondService(own: ClusterObject, name: string): ClusterObject {
  const spec = specOf(own);
  const { annotations: _, ...metadata } = withoutMarks(withoutTies(own.metadata));
  const kept = Object.fromEntries(Object.entries(spec).filter(([field]) => INSIDE.has(field)));
  return {
    apiVersion: own.apiVersion,
    kind: own.kind,
    metadata: { ...metadata, name },
    spec: {
      ...kept,
      type: 'ClusterIP',
      ...(spec.clusterIP === 'None' ? { clusterIP: 'None' } : {}),
      ...(spec.ports === undefined ? {} : { ports: listOf(spec.ports).map(withoutNodePort) }),
      selector: fieldsOf(spec.selector),
    },
  };
}

function withoutNodePort({ nodePort: _, ...port }: Fields): Fields {
  return port;
}
