import type { Grant } from '../../src/domain/access/grant.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { aSpec, MINUTE } from '../domain/a-deployment.ts';
import { by, promoted } from '../operations/a-rollout.ts';
import { target } from '../operations/a-scene.ts';
import { aClosedApi, type ClosedApi, DEPLOY } from './a-closed-api.ts';

let api: ClosedApi;
beforeEach(async () => {
  api = await aClosedApi();
});
afterEach(() => api.close());

const ADMIN: readonly Grant[] = [{ role: 'admin', services: ['checkout', 'smoke'] }];
const ask = async (asked: Parameters<ClosedApi['ask']>[0]) =>
  api.ask({ ...asked, token: await api.mint('eve@acme', ADMIN) });
/** Leaves out the findings about errors that no alarm sees, which have tests of their own. */
const aboutCalls = (findings: readonly { readonly check: string }[]) =>
  findings.filter(({ check: what }) => what !== 'errorsAreSeen');
const check = async () => aboutCalls((await ask({ path: '/services/checkout/check', body: {} })).body.findings);
const deploy = (change: object = {}) => ask({ body: { ...DEPLOY, ...change } });
const lambda = () => api.scene.cloud.lambda;
const uses = (severity: string, says: RegExp) =>
  expect.objectContaining({ check: 'triggersUseAlias', severity, detail: expect.stringMatching(says) });
const addTrigger = (trigger: Omit<Parameters<ClosedApi['scene']['cloud']['addTrigger']>[0], 'functionName'>) =>
  api.scene.cloud.addTrigger({ functionName: 'checkout', ...trigger });

/** A refusal of a port's query, as IAM words it. */
const denied = (what: string) =>
  new SlipwayError('Broken', `Could not ${what}: AccessDeniedException.`, { details: { denied: true } });

describe('callers of the function', () => {
  test('an API on the function itself refuses the deployment, and the check names the API', async () => {
    addTrigger({ kind: 'api', name: 'a1b2c3' });
    expect(await check()).toEqual([uses('error', /^API a1b2c3 .*function:checkout:live/)]);
    const { status, body } = await deploy();
    expect({ status, findings: aboutCalls(body.findings) }).toEqual({
      status: 422,
      findings: [uses('error', /^API a1b2c3/)],
    });
    expect(api.scene.ledger().deployments.size).toBe(0);
  });

  test('an API on the function itself refuses neither a hotfix nor a rollback', async () => {
    await promoted(api.scene);
    addTrigger({ kind: 'queue', name: 'jobs' });
    expect((await deploy({ version: '43' })).status).toBe(422);
    expect(await startRollback(api.scene.ports, { service: 'checkout', reason: 'slow', ...by })).toMatchObject({
      kind: 'rollback',
    });
  });

  test('an API on the function itself is a warning for a hotfix', async () => {
    addTrigger({ kind: 'url', name: 'front' });
    const { body } = await deploy({ hotfix: true, dryRun: true });
    expect(aboutCalls(body.findings)).toEqual([uses('warning', /^Function URL https:\/\/front/)]);
    expect((await deploy({ hotfix: true })).status).toBe(202);
  });

  test('the preflight says which share of the calls bypasses the alias', async () => {
    api.scene.cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 6 });
    addTrigger({ kind: 'schedule', name: 'nightly', requestsPerSecond: 94 });
    await api.scene.pass(10 * MINUTE);
    expect(await check()).toEqual([
      uses('error', /^9[345] % of the calls go past the alias/),
      uses('error', /^Schedule or rule nightly/),
    ]);
  });

  test('a team that moved its trigger and left the old permission is not refused', async () => {
    addTrigger({ kind: 'api', name: 'a1b2c3', requestsPerSecond: 20 });
    await api.scene.pass(5 * MINUTE);
    expect((await deploy()).status).toBe(422);
    addTrigger({ kind: 'api', name: 'a1b2c3', calledAs: 'live', requestsPerSecond: 20 });
    api.scene.cloud.setLoad({ functionName: 'checkout', alias: '$LATEST', requestsPerSecond: 0 });
    await api.scene.pass(5 * MINUTE);
    expect(await check()).toEqual([
      uses('warning', /The alias has had calls since/),
      uses('warning', /remove-permission --function-name checkout --statement-id api-a1b2c3-function/),
    ]);
    expect((await deploy()).status).toBe(202);
  });

  test('the alias of another service is left out, and an alias without a service is reported', async () => {
    lambda().putAlias({ functionName: 'checkout', alias: 'smoke', functionVersion: '41' });
    addTrigger({ kind: 'queue', name: 'jobs', calledAs: 'smoke', requestsPerSecond: 5 });
    addTrigger({ kind: 'api', name: 'a1b2c3', calledAs: 'live', requestsPerSecond: 5 });
    await api.scene.pass(5 * MINUTE);
    expect(await check()).toEqual([uses('warning', /^Queue jobs .* call the alias checkout:smoke/)]);
    await ask({
      method: 'PUT',
      path: '/services/smoke',
      body: { ...aSpec({ name: 'smoke' }), target: { ...target, alias: 'smoke' } },
    });
    expect(await check()).toEqual([]);
  });

  test('callers that cannot be read are a warning for a hotfix, and otherwise a throttled read gets 503', async () => {
    const callers = (error: SlipwayError) => ({ read: () => Promise.reject(error) });
    const throttled = new SlipwayError('Transient', 'Rate exceeded.', { details: { throttled: true } });
    await api.close();
    api = await aClosedApi({ tamper: (ports) => ({ ...ports, callers: callers(throttled) }) });
    expect((await ask({ path: '/services/checkout/check', body: {} })).status).toBe(503);
    expect((await deploy()).status).toBe(503);
    expect((await deploy({ hotfix: true })).status).toBe(202);
  });
});

describe('the tag of a function', () => {
  test('a function without the tag is reported with the command, and no answer says that something broke', async () => {
    lambda().putFunction({ name: 'checkout', tags: { 'aws:cloudformation:stack-name': 'shop-prod' } });
    const tagged = expect.objectContaining({
      severity: 'error',
      check: 'targetTagged',
      subject: 'checkout:live',
      detail: expect.stringContaining('--tags slipway:managed=true'),
    });
    expect(await check()).toEqual([tagged]);
    expect(await deploy()).toMatchObject({ status: 422, body: { findings: [tagged] } });
    // Slipway can do nothing without the tag, so a hotfix gets the same refusal.
    expect((await deploy({ hotfix: true })).status).toBe(422);
    const { status, body } = await ask({ path: '/rollback', body: { service: 'checkout', reason: 'slow' } });
    expect(body.detail).not.toMatch(/Something broke/);
    expect(status).toBeGreaterThanOrEqual(400);
    lambda().putFunction({ name: 'checkout', tags: { 'slipway:managed': 'true' } });
    expect(await check()).toEqual([]);
  });

  test('the tag with another value does not count as the tag', async () => {
    lambda().putFunction({ name: 'checkout', tags: { 'slipway:managed': 'yes' } });
    expect(await check()).toMatchObject([{ check: 'targetTagged' }]);
  });

  test('a function that does not exist is reported as missing, and not as untagged', async () => {
    lambda().deleteFunction('checkout');
    expect(await check()).toMatchObject([{ check: 'targetExists' }]);
  });

  test('a hook without the tag is reported before a rollout calls the hook', async () => {
    lambda().putFunction({ name: 'probe', tags: {} });
    const hooks = { beforeTraffic: [{ function: 'probe' }], afterTraffic: [{ function: 'gone' }] };
    await ask({ method: 'PUT', path: '/services/checkout', body: { ...aSpec(), hooks } });
    expect(await check()).toMatchObject([{ check: 'hookIsTagged', subject: 'probe' }]);
  });

  test.each<[string, (ports: ClosedApi['scene']['ports']) => object]>([
    ['the alias', ({ traffic }) => ({ traffic: { ...traffic, read: () => Promise.reject(denied('read the alias')) } })],
    [
      'a version',
      ({ versions }) => ({ versions: { ...versions, describe: () => Promise.reject(denied('read the version')) } }),
    ],
    ['alarms', () => ({ alarms: { read: () => Promise.reject(denied('read alarms')) } })],
  ])('%s that IAM refuses to show is a finding', async (_what, change) => {
    await api.close();
    api = await aClosedApi({ tamper: (ports) => ({ ...ports, ...change(ports) }) });
    expect(await check()).toMatchObject([{ check: 'mayBeRead', severity: 'error' }]);
    expect((await deploy()).status).toBe(422);
  });

  test('tags that may not be read do not stop a deployment', async () => {
    await api.close();
    const tags = () => Promise.reject(denied('read the tags'));
    api = await aClosedApi({ tamper: (ports) => ({ ...ports, owners: { ...ports.owners, tags } }) });
    expect(await check()).toEqual([]);
    expect((await deploy()).status).toBe(202);
  });
});

describe('the live version of a function', () => {
  const moveByStack = () => lambda().updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '43' });

  test('an alias that a stack moved between two rollouts is reported, and a request for its version is refused', async () => {
    await promoted(api.scene);
    expect(await check()).toEqual([]);
    lambda().putFunction({
      name: 'checkout',
      tags: { 'slipway:managed': 'true', 'aws:cloudformation:stack-name': 'shop-prod' },
    });
    moveByStack();
    expect(await check()).toEqual([
      expect.objectContaining({
        severity: 'warning',
        check: 'liveIsOurs',
        detail: expect.stringMatching(/^Version 43 is live .* left it on version 42 .*stack shop-prod.*never a canary/),
      }),
    ]);
    const { status, body } = await deploy({ version: '43' });
    expect({ status, detail: body.detail }).toEqual({
      status: 422,
      detail: expect.stringMatching(/Version 43 was never a canary/),
    });
  });

  test('before the first deployment, preflight accepts any live version', async () => {
    moveByStack();
    expect(await check()).toEqual([]);
  });

  test('the rollback that the finding names is accepted', async () => {
    await promoted(api.scene);
    moveByStack();
    const back = await ask({ path: '/rollback', body: { service: 'checkout', reason: 'not judged', to: '42' } });
    expect(back.status).toBe(202);
  });

  test('a promotion that a task undid and could not record is not taken for a move by others', async () => {
    await promoted(api.scene);
    lambda().updateAlias({ functionName: 'checkout', alias: 'live', functionVersion: '41' });
    expect(await check()).toEqual([]);
  });
});
