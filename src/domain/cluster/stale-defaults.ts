/**
 * What the API server has filled in for the version before. It belongs to nobody, so an apply that leaves it out keeps it; and
 * beside the fields of the next version it is refused, or means something else. Pure: objects in, changed objects out.
 */
import type { ClusterObject } from './cluster-object.ts';
import { fieldsOf, specOf, templateOf } from './workload-objects.ts';

/** The Deployment as it is to be applied over the live one. */
export function overLive(deployment: ClusterObject, live: ClusterObject | null): ClusterObject {
  return live === null ? deployment : withOwnAccount(deployment, live);
}

/** The account of pods that name none. */
const DEFAULT_ACCOUNT = 'default';

/** An account is in two fields, of which only one was applied: pods of a version that names none any more would go on with it. */
function withOwnAccount(deployment: ClusterObject, live: ClusterObject): ClusterObject {
  const template = templateOf(deployment);
  const pod = specOf(template);
  const { serviceAccountName: before = DEFAULT_ACCOUNT } = specOf(templateOf(live));
  const names = pod.serviceAccountName ?? pod.serviceAccount;
  if (names !== undefined || before === DEFAULT_ACCOUNT) return deployment;
  const spec = { ...pod, serviceAccountName: DEFAULT_ACCOUNT };
  return { ...deployment, spec: { ...specOf(deployment), template: { ...template, spec } } };
}

/**
 * The live Deployment without limits of a rolling update that the version has no use for: pods that are replaced all at once may
 * have none. Null: there is nothing in the way. No pod changes by it.
 */
export function withoutStaleLimits(live: ClusterObject | null, deployment: ClusterObject): ClusterObject | null {
  const { strategy } = specOf(deployment);
  const isAtOnce = fieldsOf(strategy).type === 'Recreate';
  if (live === null || !isAtOnce || fieldsOf(specOf(live).strategy).rollingUpdate === undefined) return null;
  return { ...live, spec: { ...specOf(live), strategy } };
}

/** The Deployment for a dry run, before which nothing is taken out of the way. */
export function tried(deployment: ClusterObject, live: ClusterObject | null): ClusterObject {
  if (withoutStaleLimits(live, deployment) === null) return deployment;
  const { strategy: _, ...spec } = specOf(deployment);
  return { ...deployment, spec };
}

/** Somebody has paused it, and no pod of it changes until it goes on. */
export function isPaused(deployment: ClusterObject): boolean {
  return specOf(deployment).paused === true;
}

export function unpaused(deployment: ClusterObject): ClusterObject {
  return { ...deployment, spec: { ...specOf(deployment), paused: false } };
}
