/** What a pod reports about itself, from the states of its containers. */
import { timestamp } from '../api/plain-data.ts';
import { type Condition, type ContainerStatus, type Pod, withCondition } from '../api/workload-objects.ts';

export function scheduledPod(
  pod: Pod,
  { nodeName, podIP, now }: { nodeName: string; podIP: string; now: number },
): Pod {
  const containerStatuses = pod.spec.containers.map(({ name, image }): ContainerStatus => {
    return {
      name,
      image,
      ready: false,
      started: false,
      restartCount: 0,
      state: waiting({ reason: 'ContainerCreating' }),
    };
  });
  const at = timestamp(now);
  const placed = withCondition(pod.status.conditions, { type: 'PodScheduled', status: 'True', at });
  const conditions = withCondition(placed, { type: 'Initialized', status: 'True', at });
  const spec = { ...pod.spec, nodeName };
  return withContainers({ ...pod, spec, status: { ...pod.status, podIP, conditions } }, { containerStatuses, now });
}

export function unschedulablePod(pod: Pod, { message, now }: { message: string; now: number }): Pod {
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  const conditions = withCondition(pod.status.conditions, { ...condition, at: timestamp(now) });
  return { ...pod, status: { ...pod.status, conditions } };
}

export function withContainers(
  pod: Pod,
  { containerStatuses, now }: { containerStatuses: readonly ContainerStatus[]; now: number },
): Pod {
  const unready = containerStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  const at = timestamp(now);
  const said: Omit<Condition, 'type' | 'lastTransitionTime'> =
    unready.length === 0
      ? { status: 'True' }
      : {
          status: 'False',
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${unready.join(' ')}]`,
        };
  const contained = withCondition(pod.status.conditions, { type: 'ContainersReady', ...said, at });
  const conditions = withCondition(contained, { type: 'Ready', ...said, at });
  const hasStarted = containerStatuses.every(
    ({ state, lastState }) => !('waiting' in state) || lastState !== undefined,
  );
  const phase = hasStarted ? 'Running' : pod.status.phase;
  return { ...pod, status: { ...pod.status, phase, conditions, containerStatuses } };
}

export function waiting({ reason, message }: { reason: string; message?: string }): ContainerStatus['state'] {
  return { waiting: { reason, ...(message !== undefined && { message }) } };
}
