/**
 * The controllers of the simulated cluster and what each of them watches. A controller runs only when something that
 * concerns it has changed, so a cluster without changes costs nothing.
 */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import type { Random } from '../../random.ts';
import type { ApiServer } from '../api/api-server.ts';
import { type ObjectStore, type StoreChange, subjectOf } from '../api/object-store.ts';
import type { ResourceTable } from '../api/resources.ts';
import { isTerminating, keyOf, ownerOf, type Pod } from '../api/workload-objects.ts';
import { autoscaler, autoscalersOf } from './autoscaler.ts';
import { deploymentController } from './deployment-controller.ts';
import type { Kubelet } from './kubelet.ts';
import { forgetIfEmpty } from './namespace-end.ts';
import { type Node, placePod } from './pod-placement.ts';
import { scheduledPod, unschedulablePod } from './pod-status.ts';
import { replicaSetController } from './replica-set-controller.ts';
import { controlLoop, type Timers, type WorkQueue } from './timers.ts';

export interface ControllersOrder {
  readonly store: ObjectStore;
  readonly api: ApiServer;
  readonly kubelet: Kubelet;
  readonly resources: ResourceTable;
  readonly timers: Timers;
  readonly random: Random;
  readonly lagMaxMs: number;
}

interface Queues {
  readonly deployments: WorkQueue;
  readonly replicaSets: WorkQueue;
  readonly placements: WorkQueue;
  readonly autoscalers: WorkQueue;
  readonly orphans: WorkQueue;
}

/** The horizontal autoscaler looks every 15 seconds. */
const AUTOSCALER_LAG_MS = 15_000;

export function startControllers(order: ControllersOrder): void {
  const { store, api, timers, random } = order;
  const { now } = timers;
  const queue = controlLoop(order);
  const deployments = queue((key) => syncDeployment(key));
  const replicaSets = queue((key) => syncReplicaSet(key));
  const autoscalers = queue(autoscaler({ store, api }));
  const queues: Queues = {
    deployments,
    replicaSets,
    placements: queue((key) => place(order, key)),
    autoscalers: { add: (key) => autoscalers.add(key, 1 + random.integer(AUTOSCALER_LAG_MS)) },
    orphans: queue((key) => collect(order, key)),
  };
  const syncDeployment = deploymentController({ store, now, again: deployments.add });
  const syncReplicaSet = replicaSetController({
    store,
    now,
    random,
    again: replicaSets.add,
    endPod: order.kubelet.end,
    podResource: order.resources.of({ apiVersion: 'v1', kind: 'Pod' }),
  });
  store.subscribe((change) => notice(change, { store, queues }));
}

function notice(change: StoreChange, { store, queues }: { store: ObjectStore; queues: Queues }): void {
  const subject = subjectOf(change);
  const key = keyOf(subject);
  switch (subject.kind) {
    case 'Deployment':
      queues.deployments.add(key);
      for (const one of autoscalersOf(store, subject)) queues.autoscalers.add(keyOf(one));
      break;
    case 'ReplicaSet':
      queues.replicaSets.add(key);
      noticeOwner(subject, queues.deployments);
      break;
    case 'Pod':
      noticeOwner(subject, queues.replicaSets);
      if (change.was === undefined) queues.placements.add(key);
      // A pod that is deleted frees room, and may be the last one that a Deployment waits for.
      if (change.is === undefined) {
        placeWaiting(store, queues);
        noticeGrandparent(store, { pod: subject, queues });
      }
      break;
    case 'Node':
      placeWaiting(store, queues);
      break;
    case 'HorizontalPodAutoscaler':
      queues.autoscalers.add(key);
      break;
  }
  if (change.is === undefined) noticeGone(subject, queues);
}

function noticeOwner(object: ClusterObject, queue: WorkQueue): void {
  const owner = ownerOf(object);
  if (owner !== undefined) queue.add(`${object.metadata.namespace}/${owner.name}`);
}

function noticeGrandparent(store: ObjectStore, { pod, queues }: { pod: ClusterObject; queues: Queues }): void {
  const { namespace = '' } = pod.metadata;
  const name = ownerOf(pod)?.name ?? '';
  const set = store.find({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { namespace, name } })?.object;
  if (set !== undefined) noticeOwner(set, queues.deployments);
}

/** The objects that it owned are collected in the background. */
function noticeGone({ metadata }: ClusterObject, queues: Queues): void {
  if (metadata.namespace === undefined) return;
  queues.orphans.add(`${metadata.namespace}/${metadata.uid}`);
}

function placeWaiting(store: ObjectStore, { placements }: Queues): void {
  for (const pod of store.everywhere('Pod') as readonly Pod[]) {
    if (pod.spec.nodeName === undefined) placements.add(keyOf(pod));
  }
}

function place({ store, timers, kubelet }: ControllersOrder, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const pod = store.find({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } })?.object as Pod | undefined;
  if (pod === undefined || pod.spec.nodeName !== undefined || isTerminating(pod)) return;
  const nodes = store.list({ kind: 'Node' }) as readonly Node[];
  const placement = placePod(pod, { nodes, pods: store.everywhere('Pod') as readonly Pod[] });
  if (!placement.placed) {
    store.put(unschedulablePod(pod, { message: placement.message, now: timers.now() }));
    return;
  }
  const count = Number(pod.metadata.resourceVersion);
  const podIP = `10.1.${(count >> 8) % 256}.${count % 256}`;
  kubelet.start(store.put(scheduledPod(pod, { nodeName: placement.nodeName, podIP, now: timers.now() })) as Pod);
}

/** Removes what the owner `namespace/uid` has left. Also removes an ending namespace when this was its last object. */
function collect({ store, api }: ControllersOrder, key: string): void {
  const [namespace = '', uid = ''] = key.split('/');
  for (const object of store.ownedBy(uid)) api.remove(object);
  forgetIfEmpty(store, namespace);
}
