import { aScene, ONE, TWO } from './a-scene.ts';
import { eventually } from './eventually.ts';

const scene = aScene();

test('a rollback after a promotion restores image, environment and ConfigMap of the version before', async () => {
  const withColour = (COLOUR: string) => ({
    manifests: { port: 8080, replicas: 2, environment: { COLOUR }, secrets: [] },
  });
  const environment = async () => {
    const { spec } = await scene.namespace.read<{
      spec: { template: { spec: { containers: { envFrom: { configMapRef: { name: string } }[] }[] } } };
    }>('deployment', 'paint');
    const name = spec.template.spec.containers[0]?.envFrom[0]?.configMapRef.name ?? '';
    return (await scene.namespace.read<{ data: Record<string, string> }>('configmap', name)).data;
  };
  await scene.first({ name: 'paint', target: withColour('blue') });
  expect(await environment()).toEqual({ COLOUR: 'blue' });

  await scene.slipway.register({ name: 'paint', target: withColour('red') });
  expect(await scene.slipway.ended(await scene.slipway.deploy('paint', TWO))).toMatchObject({ status: 'promoted' });
  expect([await environment(), await scene.slipway.pods('paint')]).toEqual([{ COLOUR: 'red' }, { [TWO]: 2 }]);

  const { id } = await scene.slipway.client.startRollback({ service: 'paint', reason: 'The colour is wrong' });
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'rolledBack', kind: 'rollback' });
  expect([await environment(), await scene.slipway.pods('paint')]).toEqual([{ COLOUR: 'blue' }, { [ONE]: 2 }]);
});

test('an alarm within the watch undoes a promotion', async () => {
  await scene.first({ name: 'watched', target: { route: { kind: 'rolling' } } });
  const id = await scene.slipway.deploy('watched', TWO);
  expect(await scene.slipway.ended(id)).toMatchObject({ status: 'promoted' });
  scene.slipway.turnRed('watched');
  const undone = await eventually(async () => {
    const { replacedBy } = await scene.slipway.show(id);
    expect(replacedBy).not.toBeNull();
    return replacedBy ?? '';
  });
  expect(await scene.slipway.ended(undone)).toMatchObject({ status: 'rolledBack' });
  expect(await scene.slipway.pods('watched')).toEqual({ [ONE]: 3 });
});
