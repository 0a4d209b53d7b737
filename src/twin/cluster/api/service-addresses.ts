/**
 * What the API server gives to Services: an address in the cluster and node ports. A change keeps them, they have no
 * owner, and no two Services share one.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { invalidValue } from './field-errors.ts';
import type { ObjectStore } from './object-store.ts';
import { type Fields, isMap, isSame } from './plain-data.ts';

const NODE_PORT_MIN = 30_000;
const NODE_PORT_MAX = 32_767;

interface Known {
  readonly store: ObjectStore;
  readonly was: ClusterObject | undefined;
}

/**
 * Adds the address and the node ports of the Service. Those of an earlier type are removed, unless they were written
 * again.
 */
export function allocated(object: ClusterObject, known: Known): ClusterObject {
  if (object.kind !== 'Service') return object;
  const before = specOf(known.was);
  const spec = withoutEarlierType(specOf(object), before);
  if (spec.type === 'ExternalName') return { ...object, spec };
  const clusterIP = spec.clusterIP ?? before.clusterIP ?? freeAddress(known.store);
  return {
    ...object,
    spec: {
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ...spec,
      clusterIP,
      clusterIPs: [clusterIP],
      ...(Array.isArray(spec.ports) && { ports: withNodePorts(spec, known) }),
    },
  };
}

function withoutEarlierType(spec: Fields, before: Fields): Fields {
  const isKept = hasNodePorts(spec) || !hasNodePorts(before);
  if (isKept) return spec;
  const { externalTrafficPolicy, allocateLoadBalancerNodePorts, ...rest } = spec;
  const policy = externalTrafficPolicy === before.externalTrafficPolicy ? {} : { externalTrafficPolicy };
  const earlier = portsOf(before).map(({ nodePort }) => nodePort);
  const ports = portsOf(spec).map(({ nodePort, ...port }) =>
    nodePort === undefined || earlier.includes(nodePort) ? port : { ...port, nodePort },
  );
  return { ...rest, ...policy, ports };
}

function withNodePorts(spec: Fields, { store, was }: Known): readonly Fields[] {
  const ports = portsOf(spec);
  if (!hasNodePorts(spec) || spec.allocateLoadBalancerNodePorts === false) return ports;
  const taken = new Set(nodePortsIn(store, was).keys());
  const before = portsOf(specOf(was));
  for (const { nodePort } of ports) if (nodePort !== undefined) taken.add(Number(nodePort));
  return ports.map((port) => {
    if (port.nodePort !== undefined) return port;
    const same = before.find((one) => one.port === port.port && one.protocol === port.protocol);
    const nodePort = Number(same?.nodePort ?? firstFree(taken));
    taken.add(nodePort);
    return { ...port, nodePort };
  });
}

function firstFree(taken: ReadonlySet<number>): number {
  let port = NODE_PORT_MIN;
  while (taken.has(port)) port += 1;
  return port;
}

/** Field errors in the API server's form. */
export function allocationErrors(object: ClusterObject, store: ObjectStore): string[] {
  if (object.kind !== 'Service') return [];
  const taken = nodePortsIn(store, object);
  return portsOf(specOf(object)).flatMap(({ nodePort: value }, index) => {
    if (value === undefined) return [];
    const at = `spec.ports[${index}].nodePort`;
    if (Number(value) < NODE_PORT_MIN || Number(value) > NODE_PORT_MAX) {
      const why = `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_MIN}-${NODE_PORT_MAX}`;
      return [invalidValue(at, { value, why })];
    }
    return taken.has(Number(value)) ? [invalidValue(at, { value, why: 'provided port is already allocated' })] : [];
  });
}

/** The node ports of all Services except one. */
function nodePortsIn(store: ObjectStore, but: ClusterObject | undefined): ReadonlyMap<number, ClusterObject> {
  const isOther = ({ metadata }: ClusterObject) =>
    metadata.name !== but?.metadata.name || metadata.namespace !== but.metadata.namespace;
  return new Map(
    store
      .everywhere('Service')
      .filter(isOther)
      .flatMap((service) => portsOf(specOf(service)).map(({ nodePort }) => [Number(nodePort), service] as const)),
  );
}

/** Deterministic, so that a seed replays. */
function freeAddress(store: ObjectStore): string {
  const taken = new Set(store.everywhere('Service').map((service) => specOf(service).clusterIP));
  for (let number = 10; ; number += 1) {
    const address = `10.96.${number >> 8}.${number & 255}`;
    if (!taken.has(address)) return address;
  }
}

export function hasNodePorts({ type }: Fields): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** A Service may not change the address that it has. */
export function addressErrors(spec: Fields, was: ClusterObject | undefined): string[] {
  const before = specOf(was).clusterIP;
  const value = [spec.clusterIP];
  if (before === undefined || spec.type === 'ExternalName' || isSame(before, spec.clusterIP)) return [];
  return [invalidValue('spec.clusterIPs[0]', { value, why: 'may not change once set' })];
}

function specOf(object: ClusterObject | undefined): Fields {
  return isMap(object?.spec) ? object.spec : {};
}

function portsOf({ ports }: Fields): readonly Fields[] {
  return Array.isArray(ports) ? ports : [];
}
