import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { goOn } from './a-rollout.ts';
import { type Scene, target } from './a-scene.ts';

const strategy = [{ setWeight: 5 }, { bake: { hours: 24 } }, { judge: {} }] as const;
export const long = { strategy, deadline: { hours: 48 } };

/** Moves the alias as a stack update, or a person at the console, would. */
export function moveByHand(scene: Scene, functionVersion: string, weights: Record<string, number> = {}): void {
  scene.cloud.lambda.updateAlias({ functionName: target.function, alias: target.alias, functionVersion, weights });
}

export async function ticks(scene: Scene, count = 1): Promise<void> {
  for (let tick = 0; tick < count; tick += 1) {
    await scene.pass(MINUTE);
    await observeRollouts(scene.ports);
  }
}

/** Runs a tick, and what the machine does after the tick has answered its token. */
export async function noticed(scene: Scene, id: string): Promise<void> {
  await ticks(scene);
  await goOn(scene, id);
}

export const told = (scene: Scene, id: string) =>
  scene.timeline(id).filter(({ kind }) => kind === 'TrafficMovedByOthers');
