/** A spec that was stored before today's rules existed still deploys. */
import { deploy } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

const stored = { deadline: { minutes: 3 } } as const;

test('a stored spec with too short a deadline accepts a strategy that is no longer than its own', async () => {
  const scene = await aScene(stored);
  const id = await deploy(scene, { strategy: [{ setWeight: 10 }, { bake: { minutes: 4 } }] });
  expect(scene.deployment(id).status).toBe('opened');
});

test('a stored spec with too short a deadline refuses a strategy that is longer than its own', async () => {
  const scene = await aScene(stored);
  const strategy = [{ setWeight: 10 }, { bake: { minutes: 9 } }] as const;
  await expect(deploy(scene, { strategy })).rejects.toMatchObject({ name: 'InvalidRequest' });
});
