import { isInFlight } from '../../src/domain/deployment/deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { baking, goOn, promoted, settle } from '../operations/a-rollout.ts';
import { aClosedApi, type ClosedApi, MAIN } from './a-closed-api.ts';

let api: ClosedApi;
beforeEach(async () => {
  api = await aClosedApi();
});
afterEach(() => api.close());

async function finish() {
  const { scene } = api;
  for (const { id, kind } of [...scene.ledger().deployments.values()].filter(isInFlight)) {
    if (kind === 'rollback') {
      await rollBack(scene.ports, { deploymentId: id });
      await settle(scene as never, id);
    } else await goOn(scene as never, id);
  }
}
const post = (path: string, { token, key, body }: { token: string; key: string; body: object }) =>
  api.ask({ method: 'POST', path, body, token, headers: { 'idempotency-key': key } });

test('a rollback under one key that met an alarm’s rollback goes back one version', async () => {
  const { scene } = api;
  await promoted(scene as never);
  await scene.pass(31 * MINUTE);
  await promoted(scene as never, { version: '43' });
  await remediateAlarm(scene.ports, scene.alarmEvent());
  const token = await api.mint('ann@acme', [{ role: 'deployer', services: ['checkout'] }]);
  const ask = () => post('/rollback', { token, key: 'one', body: { service: 'checkout', reason: 'bad' } });
  scene.breakNext('deployments.read', 'after');
  expect(await ask()).toMatchObject({ status: 503 });
  await finish();
  expect(scene.live()).toEqual({ 42: 100 });
  const { status } = await ask();
  await finish();
  expect([status, scene.live()]).toEqual([202, { 42: 100 }]);
});

test('a key belongs to its caller, whatever the key and the caller are called', async () => {
  const deployer = [{ role: 'deployer' as const, services: ['checkout'] }];
  const minted = await api.mint(MAIN, deployer);
  const issued = await api.github.sign(api.claims());
  await post('/deploy', {
    token: minted,
    key: '(token.actions.githubusercontent.com) run-1',
    body: { service: 'checkout', version: '43' },
  });
  const mine = await post('/deploy', { token: issued, key: 'run-1', body: { service: 'checkout', version: '42' } });
  expect(mine.status).toBe(409);
});

test('a rollback is done under a key of an earlier pause whose answer was lost', async () => {
  const { scene } = api;
  const token = await api.mint('ann@acme', [{ role: 'deployer', services: ['checkout'] }]);
  const id = await baking(scene as never);
  scene.breakNext('deployments.record', 'after');
  expect(await post(`/deployments/${id}/pause`, { token, key: 'one', body: { reason: 'wait' } })).toMatchObject({
    status: 503,
  });
  await goOn(scene as never, id);
  await post(`/deployments/${id}/promote`, { token, key: 'two', body: { reason: 'go' } });
  await goOn(scene as never, id);
  await scene.pass(31 * MINUTE);
  await promoted(scene as never, { version: '43' });
  const { status } = await post('/rollback', { token, key: 'one', body: { service: 'checkout', reason: 'bad' } });
  await finish();
  expect([status, scene.live()]).toEqual([202, { 42: 100 }]);
});
