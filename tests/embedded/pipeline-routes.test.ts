import { aScene } from '../operations/a-scene.ts';
import { served } from './a-served-scene.ts';

const REVISION = 'a'.repeat(40);

test('a revision gets 202 with its run and the link to it, and a repeat under the same key gets the same run', async () => {
  const scene = await aScene();
  const call = await served(scene);
  const key = { 'idempotency-key': '6f1c' };
  const request = { service: 'checkout', revision: REVISION, reason: 'to ship it' };
  const { status, headers, body } = await call('POST', '/deploy', request, key);
  const location = headers.get('location');
  expect({ status, location }).toEqual({ status: 202, location: `/pipeline-runs/${body.id}` });
  expect(body).toMatchObject({
    service: 'checkout',
    revision: REVISION,
    status: 'running',
    reason: 'to ship it',
    links: { self: location, deployment: null, release: null },
  });
  expect((await call('POST', '/deploy', request, key)).body).toEqual(body);
  expect(scene.cloud.pipelines.runs()).toHaveLength(1);

  const read = await call('GET', location ?? '');
  expect(read.status).toBe(200);
  expect(read.body).toMatchObject({ id: body.id, timeline: [{ kind: 'PipelineRequested', because: 'to ship it' }] });
});

test('without a pipeline a revision gets 409 with the next step, and an unknown service gets 404', async () => {
  const scene = await aScene();
  const call = await served(scene, { pipelines: { ...scene.ports.pipelines, service: null } });
  const { status, body } = await call('POST', '/deploy', { service: 'checkout', revision: REVISION });
  expect({ status, detail: body.detail }).toEqual({
    status: 409,
    detail: expect.stringContaining('codeConnectionArn'),
  });
  expect((await call('POST', '/deploy', { service: 'cart', revision: REVISION })).status).toBe(404);
  expect((await call('POST', '/services/checkout/release', { reason: 'It is mended' })).status).toBe(409);
});

test.each([
  ['a branch', { revision: 'main' }, '/revision'],
  ['a short id', { revision: 'a1b2c3d' }, '/revision'],
  ['letters in capitals', { revision: 'A'.repeat(40) }, '/revision'],
  ['more than an id', { revision: `${REVISION} ` }, '/revision'],
  ['no text', { revision: 7 }, '/revision'],
  ['a version besides', { revision: REVISION, version: '42' }, '/revision'],
  ['an artifact besides', { revision: REVISION, artifact: { version: '42' } }, '/revision'],
  ['a strategy, which the pipeline cannot carry', { revision: REVISION, strategy: 'allAtOnce' }, '/strategy'],
  ['a dry run', { revision: REVISION, dryRun: true }, '/dryRun'],
  ['a hotfix', { revision: REVISION, hotfix: true }, '/hotfix'],
  ['supersede', { revision: REVISION, supersede: true }, '/supersede'],
  ['a commit besides', { revision: REVISION, commit: 'c0ffee' }, '/commit'],
  ['nothing to deploy', {}, '/version'],
])(
  'a request with %s gets 422 with the pointer of the bad field, and starts no run',
  async (_what, change, pointer) => {
    const scene = await aScene();
    const call = await served(scene);
    const { status, body } = await call('POST', '/deploy', { service: 'checkout', ...change });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer: at }) => at)).toEqual([pointer]);
    expect(scene.cloud.pipelines.runs()).toEqual([]);
  },
);

test('a release needs a reason, and its answer says what was released', async () => {
  const scene = await aScene();
  const call = await served(scene);
  expect((await call('POST', '/services/checkout/release', {})).status).toBe(422);
  expect(scene.calls).not.toContain('pipelines.release');
  const { status, body } = await call('POST', '/services/checkout/release', { reason: 'It is mended' });
  expect({ status, body }).toEqual({ status: 200, body: { service: 'checkout', released: [] } });
});

test('an unknown run gets 404', async () => {
  const call = await served(await aScene());
  expect((await call('GET', '/pipeline-runs/nobody')).status).toBe(404);
});
