/** Every exit code comes from a real deployment: a process of the command line against a real server with functions under traffic. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { routeTable } from '../../src/embedded/route-table.ts';
import { apiServer } from '../../src/embedded/server/api-server.ts';
import { openDelivery } from '../../src/operations/pipeline/open-delivery.ts';
import { quarantineRevision } from '../../src/operations/pipeline/quarantine-revision.ts';
import { settleDeployment } from '../../src/operations/rollout/settle-deployment.ts';
import { remediateAlarm } from '../../src/operations/way-back/remediate-alarm.ts';
import { rollBack } from '../../src/operations/way-back/roll-back.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { anEmbedded } from '../embedded/an-embedded.ts';
import { run as runRollout } from '../operations/a-rollout.ts';
import { aScene } from '../operations/a-scene.ts';
import { DELIVERY, REVISION } from '../operations/pipeline-events.ts';
import { slipway } from './remote-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-exits-'));
let embedded: Embedded;
let url: string;

const HANDLERS = {
  'v1.mjs': "export const handler = async () => ({ statusCode: 200, body: 'one' });",
  'v2.mjs': "export const handler = async () => ({ statusCode: 200, body: 'two' });",
  'broken.mjs': "export const handler = async () => { throw new Error('no country'); };",
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(HANDLERS)) writeFileSync(join(folder, name), text);
  embedded = await anEmbedded(folder);
  url = `http://localhost:${embedded.port}`;
});
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

const bake = [{ setWeight: 50 }, { bake: { minutes: 30 } }] as const;

async function register(name: string, strategy: unknown = bake, alarms: unknown = []) {
  const spec = {
    name,
    target: { kind: 'lambda', function: name, alias: 'live' },
    strategy,
    alarms,
    watch: { minutes: 0 },
    rehearsal: { handler: 'v1.mjs', requestsPerSecond: 20 },
  };
  const response = await fetch(`${url}/services/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(spec),
  });
  expect([response.status, response.ok ? '' : await response.text()]).toEqual([201, '']);
}

const at = (...args: string[]) => slipway(args, { url });
const deploy = (service: string, file: string, ...more: string[]) => at('deploy', service, '--file', file, ...more);

test('0 after a promotion, and for the version that is live already', async () => {
  await register('shop', 'allAtOnce');
  const first = await deploy('shop', 'v2.mjs', '--reason', 'the first');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('got all the traffic');
  expect(await at('deploy', 'shop', '--version', '2')).toMatchObject({ code: 0, stderr: '' });
  expect(await at('status', 'shop')).toMatchObject({ code: 0, stdout: expect.stringContaining('Version 2 is live') });
});

test('1 for a wrong command line, an unknown service, and what Slipway refuses', async () => {
  expect((await at('deploy', 'shop')).code).toBe(1);
  expect((await at('deploy', 'shop', '--version', '1', '--file', 'v2.mjs')).code).toBe(1);
  expect((await at('deploy', 'nothing', '--version', '1')).code).toBe(1);
  expect((await deploy('shop', 'v2.mjs', '--timeout', 'soon')).code).toBe(1);
  expect((await at('rollback', 'shop')).code).toBe(1);
});

test('2 after a rollback by the alarm', async () => {
  await register('cart', bake, ['cart-errors']);
  // An alarm without data is refused; it has data when the traffic has run for one period.
  for (;;) {
    const { stdout } = await at('check', 'cart');
    if (stdout.includes('ready')) break;
  }
  const ended = await deploy('cart', 'broken.mjs');
  expect(ended.code).toBe(2);
  expect(ended.stdout).toContain('turned red');
  expect((await at('status', 'cart')).code).toBe(2);
});

test('9 while another deployment is in flight', async () => {
  await register('busy');
  expect(await deploy('busy', 'v2.mjs', '--detach')).toMatchObject({ code: 0 });
  const second = await deploy('busy', 'broken.mjs', '--json');
  expect(second.code).toBe(9);
  expect(JSON.parse(second.stdout)).toMatchObject({
    error: { name: 'Conflict', status: 409, deployment: expect.stringContaining('/deployments/dep-') },
    exitCode: 9,
  });
  expect(second.stderr).toContain('slipway watch dep-');
});

test('3 when another tool moves the traffic in the middle of the rollout', async () => {
  await register('desk');
  const waiting = deploy('desk', 'v2.mjs');
  await inStatus('desk', 'rollingOut', 50);
  const { lambda } = embedded.cloud;
  const code = lambda.getFunction('desk').versions['1']?.code;
  if (code === undefined) throw new Error('There is no version 1.');
  const { version } = lambda.publishVersion({ functionName: 'desk', code });
  lambda.updateAlias({ functionName: 'desk', alias: 'live', functionVersion: version });
  // Slipway leaves the alias alone, so a rollback fails too.
  await at('abort', 'desk', '--reason', 'Another tool moved it');
  expect((await waiting).code).toBe(3);
  expect((await at('status', 'desk')).code).toBe(3);
  // The rollback tries for some minutes before it gives up.
}, 900_000);

test('4 for the deployment that a later one supersedes, which --supersede asks for', async () => {
  await register('pay');
  const first = deploy('pay', 'v2.mjs');
  await inStatus('pay', 'rollingOut', 50);
  const second = await deploy('pay', 'v1.mjs', '--supersede', '--detach', '--strategy', 'allAtOnce');
  expect(second.code).toBe(0);
  expect(second.stdout).toMatch(/slipway watch dep-/);
  expect(second.stdout).not.toMatch(/deployed/i);
  expect((await first).code).toBe(4);
});

test('5 when --timeout is over: the deployment goes on, and a rollback ends it with 0', async () => {
  await register('mail');
  const ended = await deploy('mail', 'v2.mjs', '--timeout', '5s');
  expect(ended.code).toBe(5);
  expect(`${ended.stdout}${ended.stderr}`).toMatch(/goes on/);
  expect((await at('status', 'mail')).code).toBe(0);
  expect((await at('rollback', 'mail', '--reason', 'enough')).code).toBe(0);
});

test('6 when a person must approve, and --until approval does not wait for that', async () => {
  await register('bank', [{ setWeight: 50 }, { approve: { within: { hours: 1 } } }]);
  const ended = await deploy('bank', 'v2.mjs', '--until', 'approval');
  expect(ended.code).toBe(6);
  expect((await at('approve', 'bank', '--reason', 'mine')).code).toBe(7);
  expect((await at('abort', 'bank', '--reason', 'enough')).code).toBe(0);
});

test('7 when nobody listens', async () => {
  const ended = await slipway(['status'], { url: 'http://localhost:1' });
  expect(ended.code).toBe(7);
  expect(ended.stderr).toContain('http://localhost:1 cannot be reached');
});

test('8 for a revision that an alarm had rolled back, which is quarantined', async () => {
  const scene = await aScene();
  const { deploymentId } = await openDelivery(scene.ports, { order: DELIVERY, delivery: 'action-1' });
  await runRollout(scene, deploymentId);
  await remediateAlarm(scene.ports, scene.alarmEvent());
  await rollBack(scene.ports, { deploymentId, state: {} });
  await settleDeployment(scene.ports, { deploymentId });
  await quarantineRevision(scene.ports, { id: 'event-1', detail: { deployment: { id: deploymentId } } });
  const { idempotency } = rehearsalLedger({ clock: scene.ports.clock });
  const reachable = { database: { check: async () => {} }, workflows: { check: async () => {} } };
  const routes = routeTable({ ...scene.ports, idempotency, reachable }, { log: () => {} });
  const server = await apiServer({ routes, port: 0, log: () => {} });
  const closed = await slipway(['deploy', 'checkout', '--revision', REVISION], {
    url: `http://localhost:${server.port}`,
  });
  const released = await slipway(['release', 'checkout', '--reason', 'mended'], {
    url: `http://localhost:${server.port}`,
  });
  await server.close();
  expect(closed.code).toBe(8);
  expect(closed.stderr).toContain('slipway release checkout');
  expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('slipway run') });
});

async function inStatus(service: string, status: string, atPercent: number): Promise<void> {
  for (;;) {
    const { stdout } = await at('list', service, '--limit', '1', '--json');
    const [one] = JSON.parse(stdout).items;
    if (one?.status === status && one.atPercent === atPercent) return;
  }
}

test('130 when nobody reads the output of a deploy any more: the deployment goes on', async () => {
  await register('pipe');
  const command = `set -o pipefail; "${process.execPath}" src/cli/main.ts deploy pipe --file v2.mjs --url ${url} | head -1`;
  const shell = spawn('bash', ['-c', command], { env: { PATH: process.env.PATH, HOME: folder } });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => shell.on('close', resolve));
  expect({ code, said }).toEqual({ code: 130, said: expect.stringMatching(/^.* deployment opened: .*\n$/) });
  expect((await at('status', 'pipe')).stdout).toContain('rolling out');
}, 120_000);
