import { observeRollouts } from '../../src/operations/nets/observe-rollouts.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { aVersion } from '../domain/a-period.ts';
import { aSequentialJudge } from '../domain/a-sequential-judge.ts';
import { baking } from './a-rollout.ts';
import { aScene } from './a-scene.ts';

test('ten seconds of a broken canary are enough to roll back, within its warm-up', async () => {
  const scene = await aScene({ judge: aSequentialJudge({ periodSeconds: 10 }) });
  const id = await baking(scene);
  await scene.pass(20_000);
  const { openedAt } = scene.deployment(id);
  scene.rows.push({ startsAt: openedAt, canary: aVersion(30, 0), stable: aVersion(270, 2) });
  scene.rows.push({ startsAt: openedAt + 10_000, canary: aVersion(30, 25), stable: aVersion(270, 2) });

  await observeRollouts(scene.ports);

  expect(scene.deployment(id).signal).toMatchObject({ because: expect.stringContaining('within 10 seconds') });
});

test('ten-second rows that CloudWatch has deleted still count, from the stored rows', async () => {
  const scene = await aScene({
    judge: aSequentialJudge({ periodSeconds: 10 }),
    deadline: { hours: 12 },
    strategy: [{ setWeight: 10 }, { bake: { hours: 6 } }, { judge: {} }],
  });
  const id = await baking(scene);
  const { openedAt } = scene.deployment(id);
  const broken = { canary: aVersion(200, 20), stable: aVersion(1_800, 18) };
  for (let index = 0; index < 30; index += 1) scene.rows.push({ startsAt: openedAt + index * 10_000, ...broken });
  await scene.ports.verdicts.record(id, scene.rows.splice(0));
  await scene.pass(2 * 60 * MINUTE);
  await observeRollouts(scene.ports);
  expect(scene.deployment(id).signal).toBeNull();
  await scene.pass(60 * MINUTE);

  await observeRollouts(scene.ports);
  expect(scene.deployment(id).signal).toMatchObject({ because: expect.stringContaining('of the canary') });
});
