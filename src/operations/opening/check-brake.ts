/**
 * Checks whether an alarm could take the calls off a canary of this target by itself. The check asks the target's API
 * server and changes nothing.
 */

import { isSlipwayError } from '../../domain/errors.ts';
import { type Finding, warning } from '../../domain/preflight/finding.ts';
import type { KubernetesTarget } from '../../domain/service/service-spec.ts';
import { targetName } from '../../domain/service/target.ts';
import { frontRef, routeRef } from '../../domain/workload/workload-route.ts';
import type { Clusters } from '../../ports/clusters.ts';

export async function checkBrake(
  ports: { readonly clusters: Clusters },
  target: KubernetesTarget,
): Promise<readonly Finding[]> {
  const subject = targetName(target);
  if (target.route.kind === 'rolling') {
    const fact = 'A rolling update has no canary that could be taken out of the calls at once';
    return [slow(subject, `${fact}. Choose another route if that is too slow.`)];
  }
  const why = await obstacle(ports, target);
  return why === null ? [] : [slow(subject, why)];
}

/** A patch that the cluster may allow, but whose test no object passes, so that it changes nothing. */
async function obstacle(
  { clusters }: { readonly clusters: Clusters },
  target: KubernetesTarget,
): Promise<string | null> {
  try {
    const reached = await clusters.reach(target.cluster);
    if (reached === null) {
      const fact = `The API server of cluster ${target.cluster} has no endpoint that functions reach`;
      return `${fact}. Give it a public one, restricted to the addresses of a NAT gateway if you like, if that is too slow.`;
    }
    const test = { op: 'test', path: '/metadata/uid', value: 'none' } as const;
    await reached.brake({ ref: routeRef(target) ?? frontRef(target), patch: [test] });
    return null;
  } catch (error) {
    if (isSlipwayError(error)) return error.message;
    throw error;
  }
}

function slow(subject: string, why: string): Finding {
  const fact = 'The way back takes tens of seconds, until a task on the cluster has started.';
  return warning('brakeIsReady', { subject, detail: `${fact} ${why}` });
}
