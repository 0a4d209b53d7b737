/**
 * Keeps the result of a look at a canary's pods for the judgement of the next look. A look with nothing new writes
 * nothing.
 */

import { goesForward } from '../../domain/deployment/accept-signal.ts';
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { onCluster } from '../../domain/service/target.ts';
import {
  afterLook,
  afterNoLook,
  type CanaryLook,
  type KeptLooks,
  lastJudgement,
  type PodsJudgement,
} from '../../domain/workload/canary-pods.ts';
import type { Deployments } from '../../ports/deployments.ts';

export interface KeepLook {
  readonly deployment: Deployment;
  readonly look: CanaryLook;
}

/** Returns undefined when the rollout has moved on since it was read: the look saw another share of the calls. */
export async function keepLook(
  { deployments }: { readonly deployments: Deployments },
  { deployment, look }: KeepLook,
): Promise<PodsJudgement | undefined> {
  const kept = looksAfter(deployment, look);
  if (kept === undefined) return undefined;
  if (isSame(kept, deployment.progress.pods)) return lastJudgement(kept);
  let judgement: PodsJudgement | undefined;
  await deployments.record(deployment.id, ({ deployment: current }) => {
    const isThere =
      current.atPercent === deployment.atPercent && current.progress.stepIndex === deployment.progress.stepIndex;
    const looks = isThere && goesForward(current) ? looksAfter(current, look) : undefined;
    judgement = looks && lastJudgement(looks);
    return looks === undefined ? null : { deployment: withLooks(current, looks), entries: [] };
  });
  return judgement;
}

/** Returns the deployment after a task on the cluster has looked at the pods, or failed to look. */
export function afterTaskLooked(
  deployment: Deployment,
  { found, now }: { readonly found: CanaryLook | string; readonly now: number },
): Deployment {
  const { atPercent, progress } = deployment;
  const kept =
    typeof found === 'string'
      ? afterNoLook(progress.pods, { at: now, because: found, atPercent })
      : looksAfter(deployment, found);
  return kept === undefined ? deployment : withLooks(deployment, { ...kept, byTaskAt: now });
}

function looksAfter({ spec, atPercent, progress }: Deployment, look: CanaryLook): KeptLooks | undefined {
  const target = onCluster(spec.target);
  if (target === null) return undefined;
  const since = progress.sharedAt ?? progress.stepStartedAt;
  return afterLook(progress.pods, { look, target, atPercent, since });
}

function withLooks(deployment: Deployment, pods: KeptLooks): Deployment {
  return { ...deployment, progress: { ...deployment.progress, pods } };
}

function isSame(one: KeptLooks, other: KeptLooks | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
