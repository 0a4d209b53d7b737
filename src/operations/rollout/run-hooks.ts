/** Runs the hooks of one phase in their order; the first that fails turns the rollout back. */
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

/** `next`: what the task before said. */
export const HooksInput = z.extend(DeploymentTask, { next: z.optional(z.unknown()) });
export type HooksInput = z.infer<typeof HooksInput>;

/**
 * A wait of the task before is passed on, and nothing is checked yet. A check that is throttled has said nothing: it is asked
 * again later, and so are those of its phase that passed.
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
    // A signal that came meanwhile is not made to wait for the hooks that are left.
    if (stable === null || canary === null || !isDue(deployment, phase)) break;
    const outcome = await hooks.run(hook, { deploymentId, service, phase, stable, canary });
    ({ deployment } = await deployments.record(deploymentId, (current) =>
      changeFor(current, { hook, phase, outcome }),
    ));
    if (!outcome.passed) break;
  }
  return taskResult(deployment, clock.now());
}

/** Not on the way back; and a check after the traffic waits for all of it, which a signal may have kept from coming. */
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
