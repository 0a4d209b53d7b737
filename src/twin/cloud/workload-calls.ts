/**
 * Decides where the calls of a rehearsed workload go: to its ready pods by the Service's selector, or by the weights of
 * its route. In the world a workload is a function `namespace/workload`, whose alias `live` always has the shares that
 * the pods make. So its calls are made, measured and alarmed on like those of a Lambda function.
 */

import type { KubernetesTarget, Target } from '../../domain/service/service-spec.ts';
import { forTarget } from '../../domain/service/target.ts';
import { weightIn } from '../../domain/workload/route-weights.ts';
import { versionLabel } from '../../domain/workload/workload-objects.ts';
import { routeRef } from '../../domain/workload/workload-route.ts';
import { isReady } from '../cluster/api/workload-objects.ts';
import type { ClusterChange, SimulatedCluster } from '../cluster/simulated-cluster.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Code, World } from '../world/world.ts';

export const WORKLOAD_ALIAS = 'live';
/** The version that answers when no pod does: a refused connection. */
const NO_READY_POD = 'nobody';
const UNKNOWN = 'unknown';
const REFUSED: Code = { kind: 'modelled', behaviour: { errorPercent: 100, medianMs: 1, p99Ms: 2 } };

/** The world's name for a workload. No Lambda function can have this name. */
export function workloadFunction({ namespace, workload }: Pick<KubernetesTarget, 'namespace' | 'workload'>): string {
  return `${namespace}/${workload}`;
}

/** The function and the alias under which the calls of a target are measured. */
export function calledAs(target: Target): { readonly functionName: string; readonly alias: string } {
  return forTarget(target, {
    lambda: (called) => ({ functionName: called.function, alias: called.alias }),
    kubernetes: (workload) => ({ functionName: workloadFunction(workload), alias: WORKLOAD_ALIAS }),
  });
}

export interface WorkloadCallsOrder {
  readonly cluster: SimulatedCluster;
  readonly world: World;
  readonly lambda: Lambda;
  /** Draws all calls up to now. It runs before a change of where the calls go. */
  readonly flush: () => void;
  readonly afterMove: (order: { functionName: string; alias: string }) => void;
  readonly codeOf: (image: string) => Code;
}

export function workloadCalls(order: WorkloadCallsOrder) {
  const targets = new Map<string, KubernetesTarget>();
  const update = (target: KubernetesTarget) => follow(order, target);
  order.cluster.onChange(({ kind, namespace }: ClusterChange) => {
    if (kind === 'ConfigMap') return;
    for (const target of targets.values()) if (target.namespace === namespace) update(target);
  });
  return {
    /** From now on the workload's calls follow its pods. Repeatable. */
    watch(target: KubernetesTarget): void {
      const name = workloadFunction(target);
      // An earlier process may have left an alias whose pods are gone. Without it, the calls wait until there are pods
      // again.
      if (!targets.has(name)) delete order.world.functions[name]?.aliases[WORKLOAD_ALIAS];
      targets.set(name, target);
      order.lambda.putFunction({ name, concurrency: 10_000 });
      update(target);
    },
    /** The share of the calls by version, in percent; empty when no pod is ready. */
    shares: (target: KubernetesTarget): ReadonlyMap<string, number> => sharesOf(order.cluster, target),
  };
}

function follow({ cluster, world, flush, afterMove, codeOf }: WorkloadCallsOrder, target: KubernetesTarget): void {
  const functionName = workloadFunction(target);
  const found = world.functions[functionName];
  if (found === undefined) return;
  const shares = sharesOf(cluster, target);
  const before = found.aliases[WORKLOAD_ALIAS];
  // Before its first pod is ready, the workload gets no calls.
  if (shares.size === 0 && before === undefined) return;
  const wanted = shares.size === 0 ? new Map([[NO_READY_POD, 100]]) : shares;
  // The largest share becomes the main version, so that the split has the form of an alias.
  const [main = NO_READY_POD] = [...wanted].sort(([, one], [, other]) => other - one).map(([version]) => version);
  const weights = Object.fromEntries(
    [...wanted].filter(([version]) => version !== main).map(([version, percent]) => [version, percent / 100]),
  );
  if (before?.functionVersion === main && JSON.stringify(before.weights) === JSON.stringify(weights)) return;
  flush();
  for (const version of wanted.keys()) {
    found.versions[version] ??= {
      version,
      code: version === NO_READY_POD ? REFUSED : codeOf(imageOf(cluster, { target, version })),
      roleArn: found.roleArn,
      description: '',
      timeoutMs: found.timeoutMs,
      environment: { ...found.environment },
      publishedAt: 0,
    };
  }
  found.lastRevision += 1;
  const revisionId = `${functionName}-${found.lastRevision}`;
  found.aliases[WORKLOAD_ALIAS] = { functionVersion: main, weights, revisionId, provisionedConcurrency: 0 };
  afterMove({ functionName, alias: WORKLOAD_ALIAS });
}

function imageOf(
  cluster: SimulatedCluster,
  { target, version }: { target: KubernetesTarget; version: string },
): string {
  const { namespace, workload } = target;
  // Pods of a Deployment that Slipway has not adopted yet have no version.
  const pods =
    version === UNKNOWN
      ? cluster.pods(namespace).filter(({ metadata }) => versionLabel(metadata.labels) === null)
      : cluster.pods(namespace, { 'slipway/workload': workload, 'slipway/version': version });
  // A version can have pods of two images when a person has changed an image by hand.
  const pod = pods.find(isReady) ?? pods[0];
  const [container] = pod?.spec.containers ?? [];
  return String(container?.image ?? '');
}

function sharesOf(cluster: SimulatedCluster, target: KubernetesTarget): Map<string, number> {
  const { namespace, workload } = target;
  const ref = routeRef(target);
  if (ref === null) return byPods(cluster.endpoints(namespace, { service: workload }), 100);
  const route = cluster.routed(ref);
  const canaryPercent = route === undefined ? 0 : (weightIn(route, workload) ?? 0);
  const shares = byPods(cluster.endpoints(namespace, { service: workload }), 100 - canaryPercent);
  const canary = byPods(cluster.endpoints(namespace, { service: `${workload}-canary` }), canaryPercent);
  if (shares.size === 0 && canary.size === 0) return new Map();
  for (const [version, percent] of canary) shares.set(version, (shares.get(version) ?? 0) + percent);
  const answered = [...shares.values()].reduce((sum, percent) => sum + percent, 0);
  // The gateway itself answers the calls of a weight that leads to no pod, with an error.
  if (answered < 99.99) shares.set(NO_READY_POD, 100 - answered);
  return shares;
}

function byPods(endpoints: ReturnType<SimulatedCluster['endpoints']>, percent: number): Map<string, number> {
  const shares = new Map<string, number>();
  if (percent <= 0) return shares;
  for (const { labels } of endpoints) {
    const version = versionLabel(labels) ?? UNKNOWN;
    shares.set(version, (shares.get(version) ?? 0) + percent / endpoints.length);
  }
  return shares;
}
