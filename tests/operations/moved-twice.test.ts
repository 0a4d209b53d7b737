/** Another person moves an alias again, after the first move was reported and before somebody decided about it. */
import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene, type Scene } from './a-scene.ts';
import { long, moveByHand, told } from './an-alias-of-others.ts';
import { ask } from './in-a-scene.ts';

async function held(first: () => readonly [version: string, weights: Record<string, number>]) {
  const scene = await aScene(long);
  const id = await baking(scene);
  moveByHand(scene, ...first());
  await tick(scene, id);
  expect(scene.deployment(id).status).toBe('paused');
  return { scene, id };
}

/** Lets a minute pass, runs `observeRollouts`, and continues the machine if its token was answered. */
async function tick(scene: Scene, id: string): Promise<void> {
  await scene.pass(MINUTE);
  const answered = scene.answered.length;
  await observeRollouts(scene.ports);
  if (scene.answered.length > answered) await goOn(scene, id);
}

async function decide(scene: Scene, { id, signal }: { id: string; signal: 'resume' | 'promote' }): Promise<void> {
  await ask(scene, { id, signal });
  await goOn(scene, id);
}

const moves = (scene: Scene, id: string) => told(scene, id).map(({ because }) => because);

test.each([
  ['another share', '41', { 42: 0.5 }],
  ['a third version', '43', {}],
] as const)(
  'an alias that is moved to stable after the report of %s ends the rollout as rolled back',
  async (_what, version, weights) => {
    const { scene, id } = await held(() => [version, weights]);
    moveByHand(scene, '41');
    await tick(scene, id);

    expect(scene.deployment(id).status).toBe('rolledBack');
    expect(scene.kinds(id)).not.toContain('TaskFailed');
    expect(moves(scene, id)).toHaveLength(2);
  },
);

test('the share before the second move is not called one that Slipway set', async () => {
  const { scene, id } = await held(() => ['41', { 42: 0.5 }]);
  moveByHand(scene, '41', { 42: 0.05 });
  await tick(scene, id);

  const [, second] = moves(scene, id);
  expect(second).toContain('somebody else had given it 50 % on version 41 and 50 % on version 42 before');
  expect(second).not.toContain('Slipway had given');
});

test.each(['resume', 'promote'] as const)(
  'a %s does what its message says also when the share has changed again since the last look',
  async (signal) => {
    const { scene, id } = await held(() => ['42', {}]);
    moveByHand(scene, '41', { 42: 0.5 });
    await decide(scene, { id, signal });

    expect(scene.live()).toEqual(signal === 'resume' ? { 41: 95, 42: 5 } : { 42: 100 });
    expect(scene.deployment(id).status).toBe(signal === 'resume' ? 'rollingOut' : 'promoted');
  },
);

test('a move in the watch that equals one before the promotion is reported again', async () => {
  const { scene, id } = await held(() => ['41', { 42: 0.5 }]);
  await decide(scene, { id, signal: 'promote' });
  moveByHand(scene, '41', { 42: 0.5 });
  await tick(scene, id);

  expect(moves(scene, id)).toHaveLength(2);
});
