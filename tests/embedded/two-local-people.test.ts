/** Without an authorizer, a strategy with an approval can be finished: the second person gives a name of their own. */
import { baking, deploy, run } from '../operations/a-rollout.ts';
import { aScene } from '../operations/a-scene.ts';
import { served } from './a-served-scene.ts';

const strategy = [{ setWeight: 10 }, { approve: { within: { minutes: 30 } } }] as const;
const as = (name: string) => ({ authorization: `Bearer local:${name}` });
const reason = { reason: 'looks good' };

async function waiting(by: string) {
  const scene = await aScene();
  const id = await deploy(scene, { strategy, by });
  await run(scene, id);
  const ask = await served(scene);
  return { scene, id, approve: (headers = {}) => ask('POST', `/deployments/${id}/approve`, reason, headers) };
}

test('the person who deployed as local is told how another local person approves, and that works', async () => {
  const { scene, id, approve } = await waiting('local');
  const refused = await approve();
  expect(refused.status).toBe(403);
  expect(refused.body.detail).toBe(
    `local opened deployment ${id}, and nobody approves a deployment of their own. Approve it as another local person, with "Authorization: Bearer local:NAME", such as local:reviewer. Wait for it, or abort it.`,
  );
  expect((await approve(as('reviewer'))).status).toBe(202);
  expect(scene.deployment(id).signal).toMatchObject({ kind: 'approve', by: 'local:reviewer' });
});

test('a named local person cannot approve its own deployment either, and local can', async () => {
  const { scene, id, approve } = await waiting('local:ann');
  expect((await approve(as('ann'))).status).toBe(403);
  expect((await approve()).status).toBe(202);
  expect(scene.deployment(id).signal).toMatchObject({ kind: 'approve', by: 'local' });
});

test('an approval of a deployment that does not wait for one, or rolls back, names no step that is refused', async () => {
  const scene = await aScene();
  const id = await baking(scene, { by: 'local' });
  const ask = await served(scene);
  const detail = async () => (await ask('POST', `/deployments/${id}/approve`, reason)).body.detail;
  const own = `local opened deployment ${id}, and nobody approves a deployment of their own.`;
  expect(await detail()).toBe(`${own} It does not wait for an approval now. Wait for it, or abort it.`);
  await ask('POST', `/deployments/${id}/abort`, reason);
  expect(await detail()).toBe(`${own} It is rolling back; wait for it.`);
});

test('a token that names no local person is 401, with the form of one that does', async () => {
  const ask = await served(await aScene());
  const answer = await ask('GET', '/services', undefined, { authorization: 'Bearer LOCAL:Ann' });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(answer.body.detail).toMatch(/Send no token, or "Authorization: Bearer local:NAME"/);
});
