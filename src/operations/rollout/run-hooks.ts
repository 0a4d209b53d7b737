/**
 * Runs the hooks of one phase in their order. When a hook fails, the remaining hooks do not run and the rollout rolls
 * back.
 */
import * as z from 'zod/mini';
import { goesForward } from '../../domain/deployment/accept-signal.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import type { Hook } from '../../domain/service/service-spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments, Recorded } from '../../ports/deployments.ts';
import type { HookOrder, Hooks } from '../../ports/hooks.ts';
import { DeploymentTask, type TaskResult, taskResult, WaitAMoment } from '../steps/task-input.ts';
import { waitOut } from '../steps/wait-out.ts';

export interface RunHooksPorts {
  readonly deployments: Deployments;
  readonly hooks: Hooks;
  readonly clock: Clock;
}

/** `next` is the answer of the task before. */
export const HooksInput = z.extend(DeploymentTask, { next: z.optional(z.unknown()) });
export type HooksInput = z.infer<typeof HooksInput>;

/**
 * If the task before has to wait, its wait is passed on and no hook runs yet. A throttled call of a hook has no result:
 * the hook runs again later, and so do the hooks of its phase that passed.
 */
export async function runHooks(
  ports: RunHooksPorts,
  { deploymentId, next, phase }: HooksInput & { readonly phase: HookOrder['phase'] },
): Promise<TaskResult> {
  const wait = z.safeParse(WaitAMoment, next);
  if (wait.success) return { deploymentId, next: wait.data };
  const { deployment } = await ports.deployments.read(deploymentId);
  const backTo = phase === 'beforeTraffic' ? 'publish' : 'judge';
  return waitOut(ports, { deployment, step: phase, backTo, act: () => runPhase(ports, { deployment, phase }) });
}

async function runPhase(
  { deployments, hooks, clock }: RunHooksPorts,
  { deployment: read, phase }: { readonly deployment: Deployment; readonly phase: HookOrder['phase'] },
): Promise<TaskResult> {
  let deployment = read;
  const { id: deploymentId } = read;
  const { stable, canary, service, spec } = deployment;
  for (const hook of spec.hooks[phase]) {
    // A signal that came meanwhile does not wait for the remaining hooks.
    if (stable === null || canary === null || !isDue(deployment, phase)) break;
    const outcome = await hooks.run(hook, { deploymentId, service, phase, stable, canary });
    ({ deployment } = await deployments.record(deploymentId, (current) =>
      changeFor(current, { hook, phase, outcome }),
    ));
    if (!outcome.passed) break;
  }
  return taskResult(deployment, clock.now());
}

/**
 * False during a rollback. A hook after the traffic needs all traffic on the new version, and a signal may have
 * prevented that.
 */
function isDue(deployment: Deployment, phase: HookOrder['phase']): boolean {
  return goesForward(deployment) && (phase === 'beforeTraffic' || deployment.atPercent === 100);
}

interface HookOutcome {
  readonly hook: Hook;
  readonly phase: HookOrder['phase'];
  readonly outcome: { readonly passed: boolean; readonly detail: string };
}

function changeFor({ deployment }: Recorded, { hook, phase, outcome }: HookOutcome) {
  if (!isInFlight(deployment)) return null;
  const name = 'function' in hook ? hook.function : hook.webhook;
  const data = { hook: name, phase, detail: outcome.detail };
  if (outcome.passed)
    return {
      deployment,
      entries: [{ kind: 'HookPassed', by: 'slipway', because: `Hook ${name} passed.`, data } as const],
    };
  const because = `Hook ${name} (${phase}) failed: ${outcome.detail}`;
  return {
    deployment: {
      ...deployment,
      status: 'rollingBack',
      because,
      progress: { ...deployment.progress, isCanaryBad: true },
    } as const,
    entries: [{ kind: 'HookFailed', by: 'slipway', because, data } as const],
  };
}
