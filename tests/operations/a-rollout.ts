import { judgeCanary } from '../../src/operations/judging/judge-canary.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { afterTraffic } from '../../src/operations/rollout/after-traffic.ts';
import { beforeTraffic } from '../../src/operations/rollout/before-traffic.ts';
import { planRollout } from '../../src/operations/rollout/plan-rollout.ts';
import { promote } from '../../src/operations/rollout/promote.ts';
import { publishVersion } from '../../src/operations/rollout/publish-version.ts';
import { registerWait } from '../../src/operations/rollout/register-wait.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { shiftTraffic } from '../../src/operations/rollout/shift-traffic.ts';
import type { TaskResult } from '../../src/operations/steps/task-input.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import type { Scene } from './a-scene.ts';

export const by = { by: 'ada', requestKey: null } as const;

/** Opens a rollout of version 42 and returns its id. No task of its machine has run. */
export async function deploy(scene: Scene, input: Partial<StartRolloutInput> = {}): Promise<string> {
  const request = { service: 'checkout', ...('artifact' in input ? {} : { version: '42' }), ...by, ...input };
  const result = await startRollout(scene.ports, request);
  if (!('deployment' in result)) throw new Error('It opens nothing');
  return result.deployment.id;
}

/** A rollout that is planned and published, with its first shift due. */
export async function planned(scene: Scene, input: Partial<StartRolloutInput> = {}): Promise<string> {
  const deploymentId = await deploy(scene, input);
  await planRollout(scene.ports, { deploymentId });
  await publishVersion(scene.ports, { deploymentId });
  return deploymentId;
}

/** Runs the tasks of the rollout machine, in its order, until it waits or ends. A wait holds the token `token-N`. */
export async function run(scene: Scene, deploymentId: string): Promise<void> {
  const { ports } = scene;
  const task = { deploymentId };
  try {
    await planRollout(ports, task);
    await publishVersion(ports, task);
    await follow(scene, await beforeTraffic(ports, task));
  } catch (error) {
    await goBack(scene, { deploymentId, error });
  }
}

/** Runs the tasks from the end of a wait, by an answered token or by its time. */
export async function goOn(scene: Scene, deploymentId: string): Promise<void> {
  try {
    await follow(scene, await judgeCanary(scene.ports, { deploymentId }));
  } catch (error) {
    await goBack(scene, { deploymentId, error });
  }
}

const WAITS = { bake: 'bake', approve: 'approval', hold: 'person' } as const;

async function follow(scene: Scene, { deploymentId, next }: TaskResult): Promise<void> {
  const { ports } = scene;
  const task = { deploymentId };
  switch (next.do) {
    case 'shift':
      return follow(scene, await shiftTraffic(ports, { ...task, toPercent: next.toPercent }));
    case 'judge':
      return follow(scene, await judgeCanary(ports, task));
    case 'bake':
    case 'approve':
    case 'hold': {
      const token = `token-${scene.calls.length}`;
      await registerWait(ports, { ...task, token, waitFor: WAITS[next.do] });
      return scene.answered.includes(token) ? follow(scene, await judgeCanary(ports, task)) : undefined;
    }
    case 'promote':
      await promote(ports, task);
      await afterTraffic(ports, task);
      return settle(scene, deploymentId);
    case 'rollBack':
      await rollBack(ports, { ...task, state: { next } });
      return settle(scene, deploymentId);
    case 'stop':
      return settle(scene, deploymentId);
  }
}

export async function settle(scene: Scene, deploymentId: string): Promise<void> {
  const { outcome } = await settleDeployment(scene.ports, { deploymentId });
  if (outcome === 'rollBack') await goBack(scene, { deploymentId });
  if (outcome === 'judge') await follow(scene, await judgeCanary(scene.ports, { deploymentId }));
  else scene.executions.set(`rollout ${deploymentId}`, 'succeeded');
}

async function goBack(scene: Scene, { deploymentId, error }: { deploymentId: string; error?: unknown }): Promise<void> {
  const { name, message } = error instanceof Error ? error : { name: 'none', message: '' };
  const state = error === undefined ? {} : { error: { Error: name, Cause: JSON.stringify({ errorMessage: message }) } };
  await rollBack(scene.ports, { deploymentId, state });
  await settle(scene, deploymentId);
}

/** A rollout of 42 that bakes at 10 %, with its token stored. */
export async function baking(scene: Scene, input: Partial<StartRolloutInput> = {}): Promise<string> {
  const id = await deploy(scene, input);
  await run(scene, id);
  return id;
}

/** A rollout that has all the traffic and is watched. */
export async function promoted(scene: Scene, input: Partial<StartRolloutInput> = {}): Promise<string> {
  const id = await baking(scene, input);
  await scene.pass(5 * MINUTE);
  await goOn(scene, id);
  return id;
}
