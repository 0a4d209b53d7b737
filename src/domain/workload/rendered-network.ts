/**
 * How live calls reach the pods of a workload, and what the pods may call. Policies add up: a team that needs more
 * writes a second NetworkPolicy for the same pods. On EKS they hold once the VPC CNI's network policy agent is enabled.
 */
import type { Route } from '../service/service-spec.ts';
import type { ClusterObject } from './cluster-object.ts';
import { metadataOf, podsOf, podsOnTrack, type Workload } from './rendered-workload.ts';

/** Service `<workload>`, and the second Service by which the route reaches the canary, if it has one. */
export function services(workload: Workload): readonly ClusterObject[] {
  const stable = { workload, selector: podsOnTrack(workload, 'stable') };
  const canary = { workload, selector: podsOnTrack(workload, 'canary') };
  const { kind } = workload.target.route;
  switch (kind) {
    case 'rolling':
    case 'replicas':
      // Both tracks: the canary's share of the calls is its share of the pods.
      return [clusterService({ workload, selector: podsOf(workload) })];
    case 'httpRoute':
    case 'albIngress':
      return [clusterService(stable), clusterService({ ...canary, suffix: '-canary' })];
    case 'blueGreen':
      // Stable alone, or the second set of pods would be called before the Service is switched to it.
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
 * Callers are pods, of any namespace, because gateways and other teams' services live in theirs; and only to the port of
 * the container. A load balancer is not a pod: where the route leads through one, addresses inside the VPC may call too.
 */
function callersOf({ kind }: Route): readonly object[] {
  const throughBalancer = kind === 'albIngress' || kind === 'httpRoute';
  return throughBalancer ? [ANY_POD, ...VPC_ADDRESSES] : [ANY_POD];
}

const ANY_POD = { namespaceSelector: {} };

/** RFC 1918, RFC 6598, and the link-local range from which VPC Lattice calls: what a VPC on AWS can hand out. */
const VPC_ADDRESSES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.171.0/24'].map(
  (cidr) => ({ ipBlock: { cidr } }),
);

/**
 * Names, the pods of the cluster, AWS and other APIs over HTTPS, PostgreSQL inside or outside of the VPC, and the address
 * at which EKS Pod Identity hands out credentials. Closed by that: plain HTTP, mail, SSH, and the metadata of the node.
 */
const EGRESS = [
  // To any address, because a node-local DNS cache answers on a link-local one.
  { ports: [{ protocol: 'UDP', port: 53 }, tcp(53)] },
  { to: [ANY_POD] },
  { ports: [tcp(443), tcp(5432)] },
  { to: ['169.254.170.23/32', 'fd00:ec2::23/128'].map((cidr) => ({ ipBlock: { cidr } })), ports: [tcp(80)] },
];

function tcp(port: number): object {
  return { protocol: 'TCP', port };
}
