/**
 * Decides which node a pod gets. The node needs enough room for the requests, the required labels, and no pod that the
 * anti-affinity forbids. Returns the emptiest such node, or none.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { quantity } from '../api/quantities.ts';
import { type AffinityTerm, hasLabels, type Labels, type Pod, type PodSpec, selects } from '../api/workload-objects.ts';

export interface Room {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

export interface Node extends ClusterObject {
  readonly status: { readonly allocatable: { readonly cpu: string; readonly memory: string; readonly pods: string } };
}

export type Placement =
  | { readonly placed: true; readonly nodeName: string }
  /** `message` says why no node fits, in the words of Kubernetes' scheduler. */
  | { readonly placed: false; readonly message: string };

export function placePod(pod: Pod, { nodes, pods }: { nodes: readonly Node[]; pods: readonly Pod[] }): Placement {
  const views = nodes.map((node) => viewOf(node, pods));
  const reasons = new Map<string, number>();
  const fitting = views.filter((view) => {
    const why = refusals(pod, view);
    for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    return why.length === 0;
  });
  const best = fitting.sort((one, other) => score(pod, one) - score(pod, other) || (one.name < other.name ? -1 : 1))[0];
  if (best !== undefined) return { placed: true, nodeName: best.name };
  const said = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return { placed: false, message: `0/${nodes.length} nodes are available: ${said.join(', ')}.` };
}

interface NodeView {
  readonly name: string;
  readonly labels: Labels;
  readonly free: Room;
  /** The share of the node that is used: of CPU, of memory or of its pods, whichever is largest. */
  readonly taken: number;
  readonly pods: readonly Pod[];
}

function viewOf(node: Node, all: readonly Pod[]): NodeView {
  const { cpu, memory, pods: most } = node.status.allocatable;
  const has = { cpu: quantity(cpu) ?? 0, memory: quantity(memory) ?? 0, pods: Number(most) };
  const pods = all.filter(({ spec }) => spec.nodeName === node.metadata.name);
  const used = pods.map(({ spec }) => requestsOf(spec)).reduce(sum, { cpu: 0, memory: 0, pods: 0 });
  const free = { cpu: has.cpu - used.cpu, memory: has.memory - used.memory, pods: has.pods - used.pods };
  const labels = { 'kubernetes.io/hostname': node.metadata.name, ...node.metadata.labels };
  const taken = Math.max(used.cpu / has.cpu, used.memory / has.memory, used.pods / has.pods);
  return { name: node.metadata.name, labels, free, taken, pods };
}

function sum(one: Room, other: Room): Room {
  return { cpu: one.cpu + other.cpu, memory: one.memory + other.memory, pods: one.pods + other.pods };
}

/** Pods of one template share the same list of containers. */
const known = new WeakMap<PodSpec['containers'], Room>();

function requestsOf({ containers }: PodSpec): Room {
  const of = (name: 'cpu' | 'memory') =>
    containers.reduce((total, { resources }) => total + (quantity(resources?.requests?.[name] ?? 0) ?? 0), 0);
  const requests = known.get(containers) ?? { cpu: of('cpu'), memory: of('memory'), pods: 1 };
  known.set(containers, requests);
  return requests;
}

/** Fractions of a core do not add up exactly. */
const ROUNDING = 1e-9;

function refusals({ metadata, spec }: Pod, { free, labels, pods }: NodeView): string[] {
  const wanted = requestsOf(spec);
  const terms = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const isOurs = (pod: Pod) => pod.metadata.namespace === metadata.namespace;
  const mustNotBeside = pods.some((pod) => isOurs(pod) && terms.some((term) => isMeant(term, pod)));
  return [
    ...(hasLabels(labels, spec.nodeSelector) ? [] : ["node(s) didn't match Pod's node affinity/selector"]),
    ...(mustNotBeside ? ["node(s) didn't match pod anti-affinity rules"] : []),
    ...(wanted.cpu > free.cpu + ROUNDING ? ['Insufficient cpu'] : []),
    ...(wanted.memory > free.memory ? ['Insufficient memory'] : []),
    ...(wanted.pods > free.pods ? ['Too many pods'] : []),
  ];
}

/** Every topology except the host's is treated as one that all nodes share. */
function isMeant({ labelSelector }: AffinityTerm, { metadata }: Pod): boolean {
  return labelSelector !== undefined && selects(labelSelector, metadata.labels);
}

function score({ spec }: Pod, { pods, taken }: NodeView): number {
  const preferred = spec.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const beside = pods.filter((pod) => preferred.some(({ podAffinityTerm }) => isMeant(podAffinityTerm, pod)));
  return beside.length + taken;
}
