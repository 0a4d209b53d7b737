/** A spec that was stored before its reader held it to the rules of today still deploys. */
import { deploy } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

const stored = { deadline: { minutes: 3 } } as const;

test('a spec that was stored with too short a deadline takes a strategy that is no longer than its own', async () => {
  const scene = await aScene(stored);
  const id = await deploy(scene, { strategy: [{ setWeight: 10 }, { bake: { minutes: 4 } }] });
  expect(scene.deployment(id).status).toBe('opened');
});

test('a spec that was stored with too short a deadline takes no strategy that is longer than its own', async () => {
  const scene = await aScene(stored);
  const strategy = [{ setWeight: 10 }, { bake: { minutes: 9 } }] as const;
  await expect(deploy(scene, { strategy })).rejects.toMatchObject({ name: 'InvalidRequest' });
});
