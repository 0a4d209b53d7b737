import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutboxMessage } from '../../src/domain/deployment/timeline.ts';
import { type RehearsalCloud, rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { realScheduler, virtualScheduler } from '../../src/twin/scheduler.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/checkout', import.meta.url));
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const local = (key: string) => ({ s3: { bucket: 'local', key } });

let directory: string;
let clouds: RehearsalCloud[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-real-'));
  clouds = [];
});
afterEach(async () => {
  await Promise.all(clouds.map((cloud) => cloud.close()));
  rmSync(directory, { recursive: true });
});

function realCloud({ root = directory, stateFile = false } = {}): RehearsalCloud {
  const cloud = rehearsalCloud({
    scheduler: realScheduler(),
    random: seededRandom(1),
    mode: 'real',
    root,
    noticesFile: join(directory, 'state', 'notices.jsonl'),
    ...(stateFile ? { stateFile: join(directory, 'state', 'world.json') } : {}),
  });
  clouds.push(cloud);
  return cloud;
}

const write = (key: string, source: string) => writeFileSync(join(directory, key), source);
const call = (cloud: RehearsalCloud, event: unknown = {}) =>
  cloud.invoke({ functionName: 'checkout', qualifier: 'live', event });

test('each example version does what its name says', async () => {
  const cloud = realCloud({ root: EXAMPLES });
  await cloud.putHandler({ name: 'checkout', alias: 'live', artifact: local('good.mjs') });
  const answers = new Map<string, unknown>();
  const statistics = new Map<string, { failed: number; slowestMs: number }>();
  for (const [key, calls] of [
    ['good', 10],
    ['good-new', 10],
    ['failing', 60],
    ['slow', 1],
  ] as const) {
    const qualifier = await cloud.ports.versions.publish({ target, artifact: local(`${key}.mjs`), deploymentId: key });
    const order = { functionName: 'checkout', qualifier, event: { order: 7, items: 3 } };
    const results = await Promise.all(Array.from({ length: calls }, () => cloud.invoke(order)));
    const answered = results.flatMap((result) => (result.outcome === 'answered' ? [result] : []));
    answers.set(key, JSON.parse((answered[0]?.payload as { body: string } | undefined)?.body ?? 'null'));
    statistics.set(key, {
      failed: results.filter(({ outcome }) => outcome === 'failed').length,
      slowestMs: Math.max(...answered.map(({ ms }) => ms)),
    });
  }
  expect(answers.get('good')).toEqual({ order: 7, totalCents: 3_750, paid: true });
  expect(answers.get('good-new')).toMatchObject({ totalCents: 3_375, discountCents: 375 });
  expect([statistics.get('good')?.failed, statistics.get('good-new')?.failed, statistics.get('slow')?.failed]).toEqual([
    0, 0, 0,
  ]);
  expect(statistics.get('failing')?.failed).toBeGreaterThan(3);
  expect(statistics.get('failing')?.failed).toBeLessThan(40);
  expect(statistics.get('slow')?.slowestMs).toBeGreaterThan(700);
});

test('a handler that throws, exits, hangs or cannot be loaded fails only that call', async () => {
  const sources = {
    throws: 'export const handler = async () => { throw new TypeError("no such order"); };',
    exits: 'export const handler = async () => { process.exit(3); };',
    loops: 'export const handler = async () => { for (;;); };',
    broken: 'export const handler = ;',
    empty: 'export const other = 1;',
    late: 'export const handler = async () => { setTimeout(() => { throw new Error("later"); }, 1); return 1; };',
  };
  const cloud = realCloud();
  const outcomes: Record<string, unknown> = {};
  for (const [key, source] of Object.entries(sources)) {
    write(`${key}.mjs`, source);
    // Only the handler that loops may reach its time limit, however busy the machine is.
    cloud.lambda.putFunction({ name: key, timeoutMs: key === 'loops' ? 150 : 60_000 });
    const order = { target: { ...target, function: key }, artifact: local(`${key}.mjs`), deploymentId: key };
    const qualifier = await cloud.ports.versions.publish(order);
    const result = await cloud.invoke({ functionName: key, qualifier, event: {} });
    outcomes[key] = result.outcome === 'failed' ? result.errorType : result.outcome;
  }
  expect(outcomes).toEqual({
    throws: 'TypeError',
    exits: 'Runtime.ExitError',
    loops: 'Sandbox.Timedout',
    broken: 'Runtime.UserCodeSyntaxError',
    empty: 'Runtime.HandlerNotFound',
    late: 'answered',
  });
  expect(cloud.totals('loops').get('1')).toMatchObject({ requests: 1, errors: 1, harmed: 1 });
});

test('a version keeps the code with which it was published, also after a restart', async () => {
  write('handler.mjs', 'export const handler = async () => "old";');
  const first = realCloud({ stateFile: true });
  await first.putHandler({ name: 'checkout', alias: 'live', artifact: local('handler.mjs') });
  write('handler.mjs', 'export const handler = async () => "new";');
  const canary = await first.ports.versions.publish({ target, artifact: local('handler.mjs'), deploymentId: 'd1' });
  const second = realCloud({ stateFile: true });
  expect(await call(second)).toMatchObject({ payload: 'old', executedVersion: '1' });
  expect(await second.invoke({ functionName: 'checkout', qualifier: canary, event: {} })).toMatchObject({
    payload: 'new',
  });
});

test('a publish that is repeated while the first one still reads the code makes one version', async () => {
  write('handler.mjs', 'export const handler = async () => 1;');
  const cloud = realCloud();
  cloud.lambda.putFunction({ name: 'checkout' });
  const publish = () => cloud.ports.versions.publish({ target, artifact: local('handler.mjs'), deploymentId: 'd1' });
  expect(await Promise.all([publish(), publish()])).toEqual(['1', '1']);
});

test('functions, splits, alarms with their states, and traffic survive a restart', async () => {
  write('handler.mjs', 'export const handler = async () => 1;');
  const first = realCloud({ stateFile: true });
  await first.putHandler({ name: 'checkout', alias: 'live', artifact: local('handler.mjs') });
  const canary = await first.ports.versions.publish({ target, artifact: local('handler.mjs'), deploymentId: 'd1' });
  const { revision } = await first.ports.traffic.read(target);
  await first.ports.traffic.setSplit({ target, stable: '1', canary, canaryPercent: 25, revision });
  const dimensions = { FunctionName: 'checkout', Resource: 'checkout:live' };
  const rule = { periodSeconds: 60, evaluationPeriods: 1, datapointsToAlarm: 1, threshold: 0 };
  const words = { metric: 'Errors', comparison: 'GreaterThanThreshold', treatMissingData: 'ignore' } as const;
  first.alarms.putAlarm({ name: 'errors', dimensions, ...rule, ...words });
  first.alarms.setAlarmState({ name: 'errors', state: 'ALARM', reason: 'drill' });
  first.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 0.1 });

  const second = realCloud({ stateFile: true });
  expect(await second.ports.traffic.read(target)).toEqual(await first.ports.traffic.read(target));
  expect(await second.ports.alarms.read(['errors'])).toMatchObject([{ state: 'ALARM' }]);
  expect(second.loads()).toEqual([{ functionName: 'checkout', alias: 'live', requestsPerSecond: 0.1 }]);
  expect(await second.ports.versions.publish({ target, artifact: local('handler.mjs'), deploymentId: 'd1' })).toBe(
    canary,
  );
});

test('an invalid state file is refused with the next step', () => {
  mkdirSync(join(directory, 'state'));
  writeFileSync(join(directory, 'state', 'world.json'), '{"schema": 1, "functions": 3}');
  expect(() => realCloud({ stateFile: true })).toThrow('move the folder that holds it away');
});

test('traffic in real mode is single calls at about the rate, split by weight, until it is stopped', async () => {
  const scheduler = virtualScheduler({ startAt: 0 });
  const fine = { errorPercent: 0, medianMs: 20, p99Ms: 80 };
  const behaviours = { good: fine, bad: { ...fine, errorPercent: 100 } };
  const cloud = rehearsalCloud({ scheduler, random: seededRandom(1), mode: 'real', behaviours });
  cloud.addFunction({ name: 'checkout', alias: 'live', artifact: local('good') });
  const canary = await cloud.ports.versions.publish({ target, artifact: local('bad'), deploymentId: 'd1' });
  const { revision } = await cloud.ports.traffic.read(target);
  await cloud.ports.traffic.setSplit({ target, stable: '1', canary, canaryPercent: 50, revision });
  cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 50 });
  cloud.setLoad({ functionName: 'gone', alias: 'live', requestsPerSecond: 50 });
  await scheduler.advanceTo(20_000);
  cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 0 });
  await scheduler.advanceTo(40_000);
  const totals = cloud.totals('checkout');
  const [onStable, onCanary] = [totals.get('1')?.requests ?? 0, totals.get('2')?.requests ?? 0];
  expect(onStable + onCanary).toBeGreaterThan(850);
  expect(onStable + onCanary).toBeLessThan(1_150);
  expect(onCanary / (onStable + onCanary)).toBeCloseTo(0.5, 1);
  expect(totals.get('1')).toMatchObject({ errors: 0, harmed: 0, firstBadAt: null });
  expect(totals.get('2')).toMatchObject({ errors: onCanary, harmed: onCanary });
  await cloud.close();
});

test.each([
  [{ image: 'registry/app@sha256:00' }, 'InvalidRequest', 'registry local'],
  [{ s3: { bucket: 'elsewhere', key: 'good.mjs' } }, 'InvalidRequest', 'bucket elsewhere'],
  [local('secret.txt'), 'NotFound', 'no file secret with one of the endings'],
  [local('missing.mjs'), 'NotFound', 'no file missing.mjs'],
  [local('../outside.mjs'), 'NotFound', 'no file ../outside.mjs'],
  [local('link.mjs'), 'NotFound', 'no file link.mjs'],
])('the artifact %j is refused in real mode', async (artifact, name, words) => {
  const root = join(directory, 'root');
  mkdirSync(root);
  writeFileSync(join(directory, 'outside.mjs'), 'export const handler = 1;');
  symlinkSync(join(directory, 'outside.mjs'), join(root, 'link.mjs'));
  const cloud = realCloud({ root });
  cloud.lambda.putFunction({ name: 'checkout' });
  const publishing = cloud.ports.versions.publish({ target, artifact, deploymentId: 'd1' });
  await expect(publishing).rejects.toMatchObject({ name, message: expect.stringContaining(words) });
});

const message = (id: string, channel: OutboxMessage['channel']): OutboxMessage => ({
  id,
  channel,
  service: 'checkout',
  deploymentId: 'd1',
  severity: 'info',
  at: 0,
  subject: 'Slipway Deployment Changed',
  body: '{}',
});

test('a published version is on disk before the call returns, and a torn line loses only itself', async () => {
  const cloud = realCloud();
  expect(await cloud.ports.publisher.publish([message('m1', 'event'), message('m2', 'notice')])).toEqual(['m1', 'm2']);
  const file = join(directory, 'state', 'notices.jsonl');
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
  appendFileSync(file, '\n{"id":"torn');
  const restarted = realCloud();
  await restarted.ports.publisher.publish([message('m3', 'notice'), message('m3', 'notice')]);
  expect(restarted.delivered().map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm3']);
  expect(
    realCloud()
      .delivered()
      .map(({ id }) => id),
  ).toEqual(['m1', 'm2', 'm3', 'm3']);
});
