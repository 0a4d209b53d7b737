/**
 * The Service by which a route or a person reaches the canary alone. It has the ports of the workload's own Service and
 * nothing by which that one is known outside the cluster: no load balancer, no node port, no address, no annotation.
 */
import type { ClusterObject } from './cluster-object.ts';
import { withoutMarks } from './tool-marks.ts';
import { type Fields, fieldsOf, listOf, specOf, withoutTies } from './workload-objects.ts';

/** What says how calls inside the cluster are handled. Every other field would make a second entrance. */
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

/** Without an address of its own only where the workload's Service has none either: its clients then look for pods. */
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
