/**
 * How live calls reach the pods of a workload, and what the pods may call. NetworkPolicies add up: a team that needs
 * more writes a second one for the same pods. On EKS they work only with the network policy agent of the VPC CNI
 * enabled.
 */
import type { Route } from '../service/service-spec.ts';
import type { ClusterObject } from './cluster-object.ts';
import { metadataOf, podsOf, podsOnTrack, type Workload } from './rendered-workload.ts';

/**
 * The Service `<workload>`, and the second Service through which the route reaches the canary, if the route has one.
 */
export function services(workload: Workload): readonly ClusterObject[] {
  const stable = { workload, selector: podsOnTrack(workload, 'stable') };
  const canary = { workload, selector: podsOnTrack(workload, 'canary') };
  const { kind } = workload.target.route;
  switch (kind) {
    case 'rolling':
    case 'replicas':
      // The Service selects both tracks: the canary's share of the calls is its share of the pods.
      return [clusterService({ workload, selector: podsOf(workload) })];
    case 'httpRoute':
    case 'albIngress':
      return [clusterService(stable), clusterService({ ...canary, suffix: '-canary' })];
    case 'blueGreen':
      // The Service selects only stable. Otherwise the second set of pods would get calls before the Service is
      // switched to it.
      return [clusterService(stable), clusterService({ ...canary, suffix: '-preview' })];
  }
}

function clusterService(order: {
  readonly workload: Workload;
  readonly selector: Readonly<Record<string, string>>;
  readonly suffix?: string;
}): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(order.workload, order.suffix),
    spec: {
      type: 'ClusterIP',
      selector: order.selector,
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

export function networkPolicy(workload: Workload): ClusterObject {
  const { route, manifests } = workload.target;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(workload),
    spec: {
      podSelector: { matchLabels: podsOf(workload) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: callersOf(route), ports: [tcp(manifests.port)] }],
      egress: EGRESS,
    },
  };
}

/**
 * Pods of any namespace may call, because gateways and other teams' services are in other namespaces. They may call
 * only the port of the container. A load balancer is not a pod, so addresses inside the VPC may also call when the
 * route leads through a load balancer.
 */
function callersOf({ kind }: Route): readonly object[] {
  const throughBalancer = kind === 'albIngress' || kind === 'httpRoute';
  return throughBalancer ? [ANY_POD, ...VPC_ADDRESSES] : [ANY_POD];
}

const ANY_POD = { namespaceSelector: {} };

/**
 * The addresses that a VPC on AWS can use: RFC 1918, RFC 6598, and the link-local range from which VPC Lattice calls.
 */
const VPC_ADDRESSES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.171.0/24'].map(
  (cidr) => ({ ipBlock: { cidr } }),
);

/**
 * What the pods may call: DNS, the pods of the cluster, AWS and other APIs over HTTPS, PostgreSQL inside or outside the
 * VPC, and the address where EKS Pod Identity gives credentials. Plain HTTP, mail, SSH and the node's metadata are
 * closed.
 */
const EGRESS = [
  // Any address may answer DNS, because a node-local DNS cache answers on a link-local address.
  { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
  { to: [ANY_POD] },
  { ports: [tcp(443), tcp(5432)] },
  { to: ['169.254.170.23/32', 'fd00:ec2::23/128'].map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(80)] },
];

function tcp(port: number): object {
  return { protocol: 'TCP', port };
}
