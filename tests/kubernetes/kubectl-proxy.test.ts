import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { eventually } from '../cluster/eventually.ts';
import { aProxyStandIn } from './a-proxy-stand-in.ts';
import { aStandIn } from './a-stand-in.ts';

const kubectl = aProxyStandIn();
const made: { remove(): void }[] = [kubectl];
afterAll(() => {
  for (const one of made) one.remove();
});
const settings = { kubectl: kubectl.program, environment: {} };
const orders = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders', namespace: 'shop' } };

const socketOf = (start: number) =>
  kubectl
    .started()
    .at(start)
    ?.args.find((arg) => arg.startsWith('--unix-socket='))
    ?.slice('--unix-socket='.length) ?? '';
/** Finds the shell that waits, and the program that replaced it. Both name the socket. */
const processesWith = (text: string) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });

test('no other user can enter the folder of the socket, and nothing of it is left after the end', async () => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ body: orders });
  await cluster.get(orders);
  const folder = dirname(socketOf(-1));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(processesWith(folder).length).toBeGreaterThan(0);

  cluster.close();
  await eventually(async () => expect([processesWith(folder), existsSync(folder)]).toEqual([[], false]));
  // The next call starts another proxy.
  await cluster.get(orders);
  expect(dirname(socketOf(-1))).not.toBe(folder);
  cluster.close();
});

const TASK = `
import { kubectlCluster } from './src/kubernetes/kubectl-cluster.ts';
const cluster = kubectlCluster(${JSON.stringify(settings)});
await cluster.get(${JSON.stringify(orders)});
process.stdout.write('called');
if (process.argv[1] === 'stays') setInterval(() => {}, 1_000);
`;

test.each(['SIGKILL', 'SIGTERM', 'its own end'])('a task that ends by %s leaves no proxy', async (end) => {
  kubectl.answers({ body: orders });
  const words = end === 'its own end' ? [] : ['stays'];
  const task = spawn(process.execPath, ['--input-type=module', '--eval', TASK, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((called) => task.stdout.once('data', called));
  const folder = dirname(socketOf(-1));
  if (words.length > 0) task.kill(end as NodeJS.Signals);
  await eventually(async () => expect([processesWith(folder), existsSync(folder)]).toEqual([[], false]));
});

test('a proxy that has died is started again with the next call', async () => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ body: orders });
  await cluster.get(orders);
  const before = kubectl.started().length;
  for (const pid of processesWith(dirname(socketOf(-1)))) process.kill(Number(pid), 'SIGKILL');
  expect(await cluster.get(orders)).toEqual(orders);
  expect(kubectl.started()).toHaveLength(before + 1);
  cluster.close();
});

test('a proxy that dies in the middle of a read is replaced once, and the read succeeds', async () => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ dies: true }, { body: orders });
  expect(await cluster.get(orders)).toEqual(orders);
  kubectl.answers({ dies: true });
  await expect(cluster.get(orders)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(/^Could not read Deployment shop\/orders: kubectl was ended from outside. If it/),
  });
  cluster.close();
});

test('a change whose proxy dies in the middle is not repeated, because it may have taken effect', async () => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ dies: true }, { body: orders });
  await expect(cluster.apply({ objects: [orders] })).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('ended from outside. Whether it took effect is unknown; it may be repeated.'),
  });
  expect(kubectl.asked()).toHaveLength(1);
  cluster.close();
});

const UNKNOWN = 'Whether it took effect is unknown';
test.each([
  [500, 'dial tcp 10.0.0.1:443: connect: connection refused', 'Transient', false],
  [500, 'readfrom tcp 10.0.0.1:1->10.0.0.2:2: use of closed network connection', 'Transient', true],
  [500, 'EOF', 'Transient', true],
  [504, 'upstream request timeout', 'Transient', true],
  [429, 'Too many requests, please try again later.', 'Transient', false],
  [500, 'tls: failed to verify certificate: x509: certificate signed by unknown authority', 'Broken', false],
  [500, 'getting credentials: exec: executable aws failed with exit code 255', 'Broken', false],
  [403, '<h3>Unauthorized</h3>', 'Broken', false],
])('a proxy or gateway that answers %i %s is %s', async (status, body, name, isUnknown) => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ status, body });
  const error = await cluster.apply({ objects: [orders] }).catch((thrown) => thrown);
  cluster.close();
  expect([error.name, error.message.includes(UNKNOWN)]).toEqual([name, isUnknown]);
  expect(error.message).toContain('Could not apply Deployment shop/orders: ');
});

test('an endless answer is cut off, and an answer that does not come in time is given up', async () => {
  const cluster = kubectlCluster(settings);
  kubectl.answers({ body: 'x'.repeat((20 << 20) + 1) });
  await expect(cluster.get(orders)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('the answer has more than 20 MB'),
  });
  cluster.close();
  const silent = aStandIn(`#!${process.execPath}
    const socket = process.argv.find((arg) => arg.startsWith('--unix-socket=')).slice(14);
    require('node:http').createServer(() => {}).listen(socket, () => console.log('Starting to serve on ' + socket));`);
  made.push(silent);
  const waiting = kubectlCluster({ ...settings, kubectl: silent.program, callMs: 500 });
  await expect(waiting.get(orders)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(/^Could not read Deployment shop\/orders: no answer within 0.5 s. Check/),
  });
  waiting.close();
});

test('a kubectl that ends before it listens gives the reason, and nothing has taken effect', async () => {
  const standIn = aStandIn();
  made.push(standIn);
  standIn.says({ stderr: 'error: context "prod" does not exist', code: 1 });
  const away = kubectlCluster({ ...settings, kubectl: standIn.program });
  await expect(away.apply({ objects: [orders] })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringMatching(/^Could not apply Deployment shop\/orders: context "prod" does not exist. Check/),
  });
  const stuck = aStandIn(`#!${process.execPath}\nsetInterval(() => {}, 1_000);`);
  made.push(stuck);
  const late = kubectlCluster({ ...settings, kubectl: stuck.program, callMs: 300 });
  await expect(late.apply({ objects: [orders] })).rejects.toMatchObject({
    name: 'Transient',
    message: expect.not.stringContaining(UNKNOWN),
  });
});
