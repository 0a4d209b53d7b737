/**
 * What happens to a pod once it is on a node. Its containers are created, run, become ready, or fail as real containers
 * fail, with the same words. A pod that is told to end is gone a while later.
 */
import type { Random } from '../../random.ts';
import type { ObjectStore } from '../api/object-store.ts';
import { timestamp } from '../api/plain-data.ts';
import { type Container, type ContainerStatus, isTerminating, type Pod, uidOf } from '../api/workload-objects.ts';
import { missingConfiguration } from './container-configuration.ts';
import type { ImageBehaviour, Images } from './image-behaviour.ts';
import { waiting, withContainers } from './pod-status.ts';
import type { Timers } from './timers.ts';

export interface KubeletOrder {
  readonly store: ObjectStore;
  readonly timers: Timers;
  readonly random: Random;
  readonly images: Images;
  /** How long a container takes to end. */
  readonly terminationMs: number;
}

export interface Kubelet {
  start(pod: Pod): void;
  end(pod: Pod): void;
}

/** The first look at the container is after the pull has succeeded or failed. */
const PULLED_AT = 0.3;
const BACK_OFF_MS = 10_000;
const BACK_OFF_MS_MAX = 300_000;
/** How long a failed pull is visible before the pod backs off. */
const FAILURE_SHOWN_MS = 5_000;
const CONFIGURATION_RETRY_MS = 10_000;
/** How long a container is visible as ended before it is restarted. */
const ENDED_MS = 1_000;

export function kubelet(order: KubeletOrder): Kubelet {
  const { store, timers, random, terminationMs } = order;
  const jitter = () => 0.7 + 0.6 * random.uniform();
  return {
    start(pod) {
      const pace = jitter();
      for (const container of pod.spec.containers) create({ ...order, pod, container, pace });
    },
    end(pod) {
      if (isTerminating(pod)) return;
      const graceSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
      const runs = pod.status.containerStatuses?.some(({ state }) => 'running' in state) ?? false;
      const leavesAfterMs = runs ? Math.min(graceSeconds * 1_000, terminationMs * jitter()) : 0;
      const deletionTimestamp = timestamp(timers.now() + graceSeconds * 1_000);
      const metadata = { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds };
      if (pod.spec.nodeName === undefined) {
        store.drop(pod);
        return;
      }
      store.put({ ...pod, metadata });
      timers.after(leavesAfterMs, () => {
        if (store.find(pod)?.object.metadata.uid === uidOf(pod)) store.drop(pod);
      });
    },
  };
}

/** One container of one pod. `pace` is how much faster or slower this pod is than usual for the image. */
interface Life extends KubeletOrder {
  readonly pod: Pod;
  readonly container: Container;
  readonly pace: number;
}

function create(life: Life, attempt = 0): void {
  const { images, container, store } = life;
  const behaviour = images(container.image);
  const begin = () => {
    const missing = missingConfiguration(store, life);
    if (behaviour.outcome === 'cannotBePulled') pullFailed(life, attempt);
    else if (missing === null) run(life, behaviour);
    else {
      report(life, { state: waiting(missing) });
      after(life, { ms: CONFIGURATION_RETRY_MS, next: () => create(life) });
    }
  };
  after(life, { ms: behaviour.readyAfterMs * PULLED_AT, next: begin });
}

function pullFailed(life: Life, attempt: number): void {
  const { image } = life.container;
  const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  report(life, { state: waiting({ reason: 'ErrImagePull', message: why }) });
  const backOffMs = backOff(attempt);
  const wait = () => {
    const message = `Back-off pulling image "${image}": ErrImagePull: ${why}`;
    report(life, { state: waiting({ reason: 'ImagePullBackOff', message }) });
    after(life, { ms: backOffMs, next: () => create(life, attempt + 1) });
  };
  after(life, { ms: FAILURE_SHOWN_MS, next: wait });
}

function run(life: Life, { outcome, readyAfterMs }: ImageBehaviour): void {
  report(life, { started: true, state: { running: { startedAt: timestamp(life.timers.now()) } } });
  const ms = readyAfterMs * (1 - PULLED_AT);
  switch (outcome) {
    case 'ready':
      after(life, { ms, next: () => report(life, { ready: true }) });
      break;
    case 'crashes':
      after(life, { ms, next: () => crash(life) });
      break;
    case 'neverReady':
    // The image was on the node when the container was created, so the container only runs.
    case 'cannotBePulled':
      break;
  }
}

/** The first crash restarts the container at once. Each later crash makes it wait longer. */
function crash(life: Life): void {
  const { timers, container, pod } = life;
  const ended = { terminated: { exitCode: 1, reason: 'Error', finishedAt: timestamp(timers.now()) } };
  const { restartCount = 0 } = report(life, { ready: false, started: false, state: ended }) ?? {};
  const restart = () => {
    report(life, { restartCount: restartCount + 1, lastState: ended });
    run(life, life.images(container.image));
  };
  const wait = () => {
    const backOffMs = backOff(restartCount - 1);
    const who = `container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${uidOf(pod)})`;
    const message = `back-off ${backOffMs / 1_000}s restarting failed ${who}`;
    report(life, { state: waiting({ reason: 'CrashLoopBackOff', message }), lastState: ended });
    after(life, { ms: backOffMs, next: restart });
  };
  after(life, { ms: ENDED_MS, next: restartCount === 0 ? restart : wait });
}

function backOff(attempt: number): number {
  return Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** attempt);
}

/** The pod as it is now; undefined when it is gone or being deleted. Then nothing more happens to it. */
function present({ store, pod }: Life): Pod | undefined {
  const found = store.find(pod)?.object as Pod | undefined;
  return found === undefined || uidOf(found) !== uidOf(pod) || isTerminating(found) ? undefined : found;
}

function after(life: Life, { ms, next }: { ms: number; next: () => void }): void {
  life.timers.after(ms * life.pace, () => {
    if (present(life)) next();
  });
}

function report(life: Life, change: Partial<ContainerStatus>): ContainerStatus | undefined {
  const pod = present(life);
  if (pod === undefined) return undefined;
  const containerStatuses = (pod.status.containerStatuses ?? []).map((status) =>
    status.name === life.container.name ? { ...status, ...change } : status,
  );
  life.store.put(withContainers(pod, { containerStatuses, now: life.timers.now() }));
  return containerStatuses.find(({ name }) => name === life.container.name);
}
