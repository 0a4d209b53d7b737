import { listedDeploymentStore } from '../../src/store/deployment-pages.ts';
import { openDatabase } from '../../src/store/postgres.ts';
import { reachableDatabase } from '../../src/store/reachable-database.ts';
import { serviceStore } from '../../src/store/service-store.ts';
import { ALARM, aScene } from '../operations/a-scene.ts';
import { opened, served } from './a-served-scene.ts';

/** Covers every bad input that the contract names. */
const SPEC = { name: 'checkout', target: { kind: 'lambda', function: 'checkout' }, alarms: [ALARM] };

test('an unknown service gets 404 with its name', async () => {
  const call = await served(await aScene());
  const { status, body } = await call('POST', '/deploy', { service: 'chekout', version: '42' });
  expect(status).toBe(404);
  expect(body.detail).toContain('chekout');
});

test('a second deployment gets 409 with a link to the first, and replaces the first when it says supersede', async () => {
  const scene = await aScene();
  const call = await served(scene);
  const first = await call('POST', '/deploy', { service: 'checkout', version: '42' });
  expect(first.status).toBe(202);
  const second = await call('POST', '/deploy', { service: 'checkout', version: '43' });
  expect(second).toMatchObject({ status: 409, body: { deployment: `/deployments/${first.body.id}` } });
  const third = await call('POST', '/deploy', { service: 'checkout', version: '43', supersede: true });
  expect(third.status).toBe(202);
  expect((await call('GET', `/deployments/${first.body.id}`)).body).toMatchObject({
    status: 'superseded',
    replacedBy: third.body.id,
  });
});

test('malformed JSON gets 400, a wrong content type 415, a body of 1 MB 413', async () => {
  const call = await served(await aScene());
  expect((await call('POST', '/deploy', '{"service": ')).status).toBe(400);
  expect((await call('POST', '/deploy', 'service: checkout', { 'content-type': 'text/yaml' })).status).toBe(415);
  expect((await call('POST', '/deploy', { service: 'x'.repeat(1_024 * 1_024) })).status).toBe(413);
});

test.each([
  ['an unknown field', { ...SPEC, colour: 'red' }, '/colour'],
  ['a weight above 100', { ...SPEC, strategy: [{ setWeight: 120 }] }, '/strategy/0/setWeight'],
  ['a bake of 0', { ...SPEC, strategy: [{ setWeight: 10 }, { bake: { minutes: 0 } }] }, '/strategy/1/bake/minutes'],
  [
    'a bake of two weeks',
    { ...SPEC, strategy: [{ setWeight: 10 }, { bake: { hours: 336 } }] },
    '/strategy/1/bake/hours',
  ],
  ['a weight that goes down', { ...SPEC, strategy: [{ setWeight: 50 }, { setWeight: 10 }] }, '/strategy/1/setWeight'],
])('a request with %s gets 422 with the pointer of the bad field', async (_what, spec, pointer) => {
  const call = await served(await aScene());
  const { status, body } = await call('PUT', '/services/checkout', spec);
  expect(status).toBe(422);
  expect(body.errors.map(({ pointer: at }) => at)).toEqual([pointer]);
});

test('the preflight refuses an alarm that does not exist by its name, and opens no deployment', async () => {
  const scene = await aScene({ alarms: [ALARM, 'chekout-latency'] });
  const call = await served(scene);
  const { status, body } = await call('POST', '/deploy', { service: 'checkout', version: '42' });
  expect(status).toBe(422);
  expect(body.detail).toContain('chekout-latency');
  expect(body.findings).toEqual([expect.objectContaining({ check: 'alarmExists', subject: 'chekout-latency' })]);
  expect(scene.ledger().deployments.size).toBe(0);
});

test('an alarm that is already red is refused; for a hotfix it is ignored and does not count against the canary', async () => {
  const scene = await aScene();
  scene.setAlarm('ALARM');
  const call = await served(scene);
  const refused = await call('POST', '/deploy', { service: 'checkout', version: '42' });
  expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('"hotfix": true') } });
  const taken = await call('POST', '/deploy', { service: 'checkout', version: '42', hotfix: true });
  expect(taken).toMatchObject({ status: 202, body: { ignoredAlarms: [ALARM] } });
});

test('without the database, /ready says so with 503, a deployment gets 503 with Retry-After, and nothing is written', async () => {
  const scene = await aScene();
  // No process listens on this port, so a real connection is refused.
  const database = openDatabase('postgres://slipway@127.0.0.1:1/slipway');
  opened.push(database);
  const call = await served(scene, {
    services: serviceStore(database),
    deployments: listedDeploymentStore(database, scene.ports.clock),
    reachable: { database: reachableDatabase(database), workflows: { check: async () => {} } },
  });
  const ready = await call('GET', '/ready');
  expect(ready.status).toBe(503);
  expect(ready.body.parts).toContainEqual(expect.objectContaining({ name: 'database', ok: false }));
  const deploy = await call('POST', '/deploy', { service: 'checkout', version: '42' });
  expect(deploy.status).toBe(503);
  expect(deploy.headers.get('retry-after')).not.toBeNull();
  expect((await call('GET', '/health')).status).toBe(200);
  expect(scene.live()).toEqual({ 41: 100 });
  expect(scene.executions.size).toBe(0);
});
