import { retryDeployment } from '../../src/operations/opening/retry-deployment.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { aSpec } from '../domain/a-deployment.ts';
import { baking, goOn } from './a-rollout.ts';
import { aScene, quietAlarm } from './a-scene.ts';

test('a version of the function that a service has left is not tried again on its new function', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  await startRollback(scene.ports, { service: 'checkout', reason: 'x', by: 'ada', requestKey: null });
  await goOn(scene, id);
  const { lambda } = scene.cloud;
  const behaviour = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
  lambda.putFunction({ name: 'basket' });
  for (let n = 0; n < 50; n += 1)
    lambda.publishVersion({
      functionName: 'basket',
      code: { kind: 'modelled', behaviour: { ...behaviour, medianMs: 20 + n } },
    });
  lambda.putAlias({ functionName: 'basket', alias: 'live', functionVersion: '50' });
  scene.cloud.alarms.putAlarm({ ...quietAlarm, name: 'basket-errors', dimensions: { FunctionName: 'basket' } }, 'OK');
  await scene.ports.services.write({
    spec: aSpec({ target: { kind: 'lambda', function: 'basket', alias: 'live' }, alarms: ['basket-errors'] }),
    by: 'ada',
    at: scene.now(),
  });
  const outcome = await retryDeployment(scene.ports, { id, reason: 'again', by: 'ada', requestKey: null }).catch(
    (e: unknown) => e,
  );
  expect(outcome).toMatchObject({ name: 'Conflict' });
});
