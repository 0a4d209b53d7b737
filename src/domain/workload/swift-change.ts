/**
 * How fast the pods of a Deployment may be replaced. A rolling update goes by its own limits, some pods at a time, because they
 * have calls. Where other pods take all of those meanwhile, all are replaced at once, in the time that one pod needs.
 */
import type { ClusterObject } from './cluster-object.ts';
import { type Fields, fieldsOf, listOf, specOf, templateOf } from './workload-objects.ts';

/** On a Deployment whose limits are not its own for the moment. */
const SWIFT = 'slipway/replaced';

/** What is replaced by other limits than its own: no pod more than there are now, and all of them at once. */
export function swiftly(deployment: ClusterObject): ClusterObject {
  const { metadata, spec } = deployment;
  // All at once already.
  if (fieldsOf(specOf(deployment).strategy).type === 'Recreate') return deployment;
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } };
  const annotations = { ...metadata.annotations, [SWIFT]: 'at once' };
  return { ...deployment, metadata: { ...metadata, annotations }, spec: { ...fieldsOf(spec), strategy } };
}

/** Its own limits have to be applied again. */
export function isSwift({ metadata }: ClusterObject): boolean {
  return metadata.annotations?.[SWIFT] !== undefined;
}

/** The grace period of a pod that names none, in seconds: Kubernetes' own default. */
const GRACE_SECONDS = 30;

/**
 * How long pods of a Deployment go on answering after they were told to end, in milliseconds: each container sleeps before it
 * hears of it (`preStop`). 0 where one of them does not, or where nobody can tell.
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
