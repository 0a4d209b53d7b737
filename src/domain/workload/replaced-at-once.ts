/**
 * How fast the pods of a Deployment may be replaced. A normal rolling update replaces some pods at a time, within the
 * Deployment's own limits, because the pods have calls. When other pods take all these calls meanwhile, all pods are
 * replaced at once, in the time that one pod needs.
 */
import type { ClusterObject } from './cluster-object.ts';
import { type Fields, fieldsOf, listOf, specOf, templateOf } from './workload-objects.ts';

/** An annotation on a Deployment that has other limits than its own for the moment. */
const SWIFT = 'slipway/replaced';

/** Returns the Deployment with limits for a swift change: no more pods than now, and all of them replaced at once. */
export function swiftly(deployment: ClusterObject): ClusterObject {
  const { metadata, spec } = deployment;
  // `Recreate` already replaces all pods at once.
  if (fieldsOf(specOf(deployment).strategy).type === 'Recreate') return deployment;
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } };
  const annotations = { ...metadata.annotations, [SWIFT]: 'at once' };
  return { ...deployment, metadata: { ...metadata, annotations }, spec: { ...fieldsOf(spec), strategy } };
}

/** True when the Deployment's own limits must be applied again. */
export function isSwift({ metadata }: ClusterObject): boolean {
  return metadata.annotations?.[SWIFT] !== undefined;
}

/** The grace period in seconds of a pod that sets none: Kubernetes' own default. */
const GRACE_SECONDS = 30;

/**
 * How long the pods of a Deployment still answer after they were told to end, in milliseconds: each container first
 * sleeps in its `preStop` hook. 0 when one of the containers does not sleep, or when it cannot be known.
 */
export function lingersMs(deployment: ClusterObject): number {
  const { containers, terminationGracePeriodSeconds = GRACE_SECONDS } = specOf(templateOf(deployment));
  const sleeps = listOf(containers).map(sleepSeconds);
  if (sleeps.length === 0) return 0;
  return Math.min(Number(terminationGracePeriodSeconds), ...sleeps) * 1_000;
}

function sleepSeconds({ lifecycle }: Fields): number {
  const { sleep, exec } = fieldsOf(fieldsOf(lifecycle).preStop);
  const { seconds } = fieldsOf(sleep);
  if (typeof seconds === 'number') return seconds;
  const { command } = fieldsOf(exec);
  const words = Array.isArray(command) ? command.join(' ') : '';
  const [, slept] = /^(?:\S*sh -c )?(?:\/bin\/|\/usr\/bin\/)?sleep (\d+)$/.exec(words) ?? [];
  return Number(slept ?? 0);
}
