import type { ClusterOrder, WantedVersion } from '../../src/domain/orders/cluster-order.ts';
import type { Manifests, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import type { ClusterObject, ObjectRef } from '../../src/domain/workload/cluster-object.ts';
import { isReady } from '../../src/domain/workload/workload-health.ts';
import type { WorkloadRecord } from '../../src/domain/workload/workload-record.ts';
import { runClusterOrder } from '../../src/operations/workload/run-cluster-order.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type SimulatedCluster, simulatedCluster } from '../../src/twin/cluster/simulated-cluster.ts';
import type { ImageBehaviour } from '../../src/twin/cluster/workloads/image-behaviour.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { sleep, type VirtualScheduler, virtualScheduler } from '../../src/twin/scheduler.ts';
import { doneOf } from '../contracts/cluster-samples.ts';
import { aTarget } from '../domain/a-workload.ts';
import { type RolloutOrder, rolloutOf } from './a-workload-rollout.ts';
import { callsIn, routeIn, teamRoute, weightsIn } from './a-workload-route.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The time that passes between two looks at an order in progress. */
const STEP = 250;

const rendered: Manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };

const OUTCOMES: Readonly<Record<string, ImageBehaviour['outcome']>> = {
  missing: 'cannotBePulled',
  crashing: 'crashes',
  unready: 'neverReady',
};

export interface Scene extends Partial<WorkloadTarget> {
  /**
   * The manifests of every deployment that does not give its own. When left out, Slipway renders three pods with an
   * autoscaler.
   */
  readonly manifests?: Manifests;
  /** The folders that `build` finds, by path. */
  readonly folders?: Readonly<Record<string, readonly ClusterObject[]>>;
  /** True when the namespace and the route do not exist. */
  readonly bare?: boolean;
  /** Kinds that the cluster does not have. */
  readonly without?: readonly string[];
  /** How long the pods take to end, with a variation of 30 %. */
  readonly terminationMs?: number;
  /** Images whose pods never become ready, from the moment at which they are in the set. */
  readonly broken?: ReadonlySet<string>;
}

export type Workload = ReturnType<typeof aWorkload>;

/**
 * A namespace of a simulated cluster, and orders to it as the machines send them. Time passes while an order is in
 * progress.
 */
export function aWorkload(scene: Scene = {}) {
  const {
    folders = {},
    manifests = rendered,
    bare = false,
    without = [],
    terminationMs = 3_000,
    broken,
    ...change
  } = scene;
  const target = { ...aTarget, ...change };
  const scheduler = virtualScheduler({ startAt: Date.UTC(2030, 0, 1) });
  const cluster = simulatedCluster({
    scheduler,
    random: seededRandom(1),
    namespaces: bare ? [] : [target.namespace],
    images: (image) => ({
      readyAfterMs: 2_000,
      outcome: broken?.has(image) ? 'neverReady' : (OUTCOMES[image.split(':')[0] ?? ''] ?? 'ready'),
    }),
    folders,
    without,
    terminationMs,
  });
  const route = bare ? null : teamRoute(target);
  if (route !== null) cluster.applyByHand({ manager: 'team', object: route });
  const inTime = timePasser(scheduler);
  const pause = { sleep: (ms: number) => sleep(scheduler, ms) };
  /** Starts the order. Throws the error with which the order fails. */
  const start = async (order: ClusterOrder, port: Cluster = cluster.port) =>
    doneOf(await runClusterOrder({ cluster: port, clock: scheduler, pause }, order));
  const run = (order: ClusterOrder, port?: Cluster) => inTime(start(order, port));
  return {
    target,
    cluster,
    scheduler,
    pause,
    inTime,
    start,
    run,
    pass: (ms: number) => scheduler.advanceTo(scheduler.now() + ms),
    rollout: (wanted: string | WantedVersion, order: Partial<RolloutOrder> & Pick<RolloutOrder, 'fence'>) =>
      rolloutOf(
        { target, run },
        { manifests, ...order, wanted: typeof wanted === 'string' ? { image: wanted } : wanted },
      ),
    ...viewOf({ cluster, target }),
  };
}

/** A workload with a first version live. */
export async function aLiveWorkload(scene: Scene & { readonly image?: string } = {}) {
  const { image = 'good:1', ...rest } = scene;
  const workload = aWorkload(rest);
  const first = workload.rollout(image, { fence: 1 });
  await first.plan();
  await first.promote();
  return { ...workload, first };
}

/** Lets time pass until the work has ended. */
function timePasser(scheduler: VirtualScheduler) {
  return async <T>(promise: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    promise.then(over, over);
    const until = scheduler.now() + HOUR;
    while (!isOver) {
      if (scheduler.now() > until) throw new Error('An hour has passed, and it is not over.');
      await scheduler.advanceTo(scheduler.now() + STEP);
    }
    return promise;
  };
}

const VERSIONS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
};

function countByImage(pods: ReturnType<SimulatedCluster['pods']>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { metadata, spec } of pods) {
    const image = spec.containers[0]?.image ?? '';
    if (metadata.deletionTimestamp === undefined) counts[image] = (counts[image] ?? 0) + 1;
  }
  return counts;
}

function viewOf({ cluster, target }: { readonly cluster: SimulatedCluster; readonly target: WorkloadTarget }) {
  const { namespace } = target;
  const ref = (kind: string, name = 'orders'): ObjectRef => ({
    apiVersion: VERSIONS[kind] ?? 'v1',
    kind,
    metadata: { name, namespace },
  });
  const find = (kind: string, name?: string) => cluster.find(ref(kind, name));
  return {
    ref,
    find,
    /** The pods that are not ending, by image. */
    pods: () => countByImage(cluster.pods(namespace)),
    /** The pods that are ready, by image. */
    readyPods: () => countByImage(cluster.pods(namespace).filter((pod) => isReady(pod as unknown as ClusterObject))),
    calls: () => callsIn({ cluster, target }),
    /** Records which images answer, each time that this changes from now on. */
    watchCalls(): readonly Readonly<Record<string, number>>[] {
      const seen = [callsIn({ cluster, target })];
      cluster.onChange(() => {
        const now = callsIn({ cluster, target });
        if (JSON.stringify(seen.at(-1)) !== JSON.stringify(now)) seen.push(now);
      });
      return seen;
    },
    /** The environment of a running pod of the image, from the ConfigMap that the pod names. */
    environment(image: string): unknown {
      const pod = cluster.pods(namespace).find(({ spec }) => spec.containers[0]?.image === image);
      const [from] = pod?.spec.containers[0]?.envFrom ?? [];
      return find('ConfigMap', from?.configMapRef?.name)?.data;
    },
    weights: () => weightsIn(routeIn({ cluster, target })),
    record(): WorkloadRecord {
      const { record } = (find('ConfigMap', 'slipway-orders')?.data ?? {}) as { record?: string };
      if (record === undefined) throw new Error('The workload has no record.');
      return JSON.parse(record);
    },
  };
}
