/** Calls that come after the deployment has left the step that their sender saw, over HTTP. */
import { baking, goOn } from '../operations/a-rollout.ts';
import { aScene } from '../operations/a-scene.ts';
import { served } from './a-served-scene.ts';

const late = { reason: 'as agreed', step: 1 };

test.each(['promote', 'pause', 'resume', 'skip'])(
  'a late %s gets 409 with the fact and an open next step',
  async (word) => {
    const scene = await aScene();
    const id = await baking(scene);
    const ask = await served(scene);
    const { status, body } = await ask('POST', `/deployments/${id}/${word}`, late);
    expect({ status, detail: body.detail }).toEqual({
      status: 409,
      detail: `Deployment ${id} has left step 1: it is at step 2 of 3 (bake). Look at it with GET /deployments/${id}; its actions are what can be done now.`,
    });
  },
);

test('an abort is never refused for its step, and a retry and a rollback take none', async () => {
  const scene = await aScene();
  const id = await baking(scene);
  const ask = await served(scene);
  expect((await ask('POST', `/deployments/${id}/abort`, late)).status).toBe(202);
  expect(scene.live()).toEqual({ 41: 100 });
  await goOn(scene, id);
  const refused = { status: 422, body: { errors: [{ pointer: '/step' }] } };
  expect(await ask('POST', `/deployments/${id}/retry`, late)).toMatchObject(refused);
  expect(await ask('POST', '/rollback', { service: 'checkout', ...late })).toMatchObject(refused);
});

test.each([0, 1.5, '2', null])('the step %j is refused, with what a step is', async (step) => {
  const scene = await aScene();
  const id = await baking(scene);
  const ask = await served(scene);
  const { status, body } = await ask('POST', `/deployments/${id}/pause`, { reason: 'why', step });
  expect({ status, errors: body.errors }).toEqual({
    status: 422,
    errors: [
      {
        pointer: '/step',
        detail: `The step is ${JSON.stringify(step)}; write the number of the step that you saw, from 1.`,
      },
    ],
  });
});
