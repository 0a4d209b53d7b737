import type { Grant } from '../../src/domain/access/grant.ts';
import { newRun } from '../../src/domain/pipeline/pipeline-run.ts';
import { openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { MINUTE } from '../domain/a-deployment.ts';
import { deploy, goOn, run } from '../operations/a-rollout.ts';
import { DELIVERY, RUN_ID } from '../operations/pipeline-events.ts';
import { aClosedApi, type ClosedApi } from './a-closed-api.ts';

const APPROVE = { approve: { within: { minutes: 20 } } };
const BOTH: readonly Grant[] = [
  { role: 'deployer', services: ['checkout'] },
  { role: 'approver', services: ['checkout'] },
];
const WEBHOOK = 'Webhook arn:aws:codeconnections:eu-west-1:1:connection/1';

let api: ClosedApi;
let id: string;
/** The deployment of a push through the pipeline waits for the first of two approvals, with no call on its canary. */
beforeEach(() => begun(WEBHOOK));
afterEach(() => api.close());

async function begun(by: string): Promise<void> {
  await api?.close();
  api = await aClosedApi();
  const { ports } = api.scene;
  const { spec } = await ports.services.read('checkout');
  const strategy = [APPROVE, { setWeight: 10 }, { bake: { minutes: 5 } }, APPROVE];
  await ports.services.write({ spec: { ...spec, strategy }, by: 'ada', at: 0 });
  const known = { ...newRun({ id: RUN_ID, service: 'checkout', at: 0 }), by };
  await ports.pipelineRuns.record(RUN_ID, () => ({ run: known, entries: [] }));
  id = (await openDelivery(ports, { order: DELIVERY, delivery: 'action-1' })).deploymentId;
  await run(api.scene, id);
  expect(api.scene.deployment(id).status).toBe('awaitingApproval');
}

const ask = async (signal: string, who: string, grants = BOTH) =>
  (await api.ask({ path: `/deployments/${id}/${signal}`, token: await api.mint(who, grants) })).status;
const goesOn = async () => {
  if (api.scene.deployment(id).signal !== null) await goOn(api.scene, id);
  return api.scene.live();
};

test('one person, who may have written the commit, cannot approve it alone, however often that person tries', async () => {
  expect([await ask('approve', 'ann@acme'), await ask('approve', 'ann@acme')]).toEqual([202, 202]);
  expect(await goesOn()).toEqual({ 41: 100 });
  expect(api.scene.answered).toEqual([]);
  expect(api.scene.timeline(id).filter(({ kind }) => kind === 'ApprovalGiven')).toEqual([
    expect.objectContaining({ by: 'ann@acme', because: expect.stringContaining('a second person has to approve it') }),
  ]);
});

test('a second person approves a pushed commit, and the timeline names both', async () => {
  await ask('approve', 'ann@acme');
  expect(await ask('approve', 'ben@acme')).toBe(202);
  expect(await goesOn()).toEqual({ 41: 90, 44: 10 });
  const named = api.scene.timeline(id).filter(({ kind }) => kind === 'ApprovalGiven' || kind === 'SignalReceived');
  expect(named.map(({ by }) => by)).toEqual(['ann@acme', 'ben@acme']);
});

test('each approval of the strategy needs two people of its own', async () => {
  await ask('approve', 'ann@acme');
  await ask('approve', 'ben@acme');
  await goesOn();
  await api.scene.pass(5 * MINUTE);
  await goOn(api.scene, id);
  expect(api.scene.deployment(id).status).toBe('awaitingApproval');
  await ask('approve', 'ben@acme');
  expect(await goesOn()).toEqual({ 41: 90, 44: 10 });
  await ask('approve', 'ann@acme');
  expect(await goesOn()).toEqual({ 44: 100 });
});

test('no person alone promotes a pushed commit past its approvals, not even an admin; a second person may', async () => {
  const admin: readonly Grant[] = [{ role: 'admin', services: '*' }];
  expect([await ask('promote', 'ann@acme'), await ask('promote', 'ann@acme', admin)]).toEqual([403, 403]);
  expect(api.lines.map(({ refused }) => refused)).toEqual(['approval left out', 'approval left out']);
  await ask('approve', 'ann@acme');
  expect(await ask('promote', 'ann@acme', admin)).toBe(403);
  expect(await goesOn()).toEqual({ 41: 100 });
  expect(await ask('promote', 'ben@acme')).toBe(202);
  expect(await goesOn()).toEqual({ 44: 100 });
});

test('a revision that a caller asked for is approved by one person, and not by that caller', async () => {
  await begun('ann@acme');
  expect(await ask('approve', 'ann@acme')).toBe(403);
  expect(await ask('approve', 'ben@acme')).toBe(202);
  expect(await goesOn()).toEqual({ 41: 90, 44: 10 });
});

test('a deployment by a CI job after a push is approved by two people, like any push', async () => {
  const job = 'repo:acme/checkout:ref:refs/heads/main (token.actions.githubusercontent.com)';
  await api.close();
  api = await aClosedApi();
  id = await deploy(api.scene, { by: job, strategy: [APPROVE, { setWeight: 10 }, { bake: { minutes: 5 } }] });
  await run(api.scene, id);
  expect(await ask('approve', 'ann@acme')).toBe(202);
  expect(await goesOn()).toEqual({ 41: 100 });
  expect(await ask('promote', 'ann@acme')).toBe(403);
  expect(await ask('approve', 'ben@acme')).toBe(202);
  expect(await goesOn()).toEqual({ 41: 90, 42: 10 });
});
