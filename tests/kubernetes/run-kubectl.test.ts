import { once } from 'node:events';
import { chmodSync, existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { jest } from '@jest/globals';
import { kubectlCalls } from '../../src/kubernetes/kubectl-call.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { runKubectl } from '../../src/kubernetes/run-kubectl.ts';
import { aStandIn, type StandIn } from './a-stand-in.ts';

const orders = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders', namespace: 'shop' } };
const made: StandIn[] = [];
const standIn = (text?: string) => {
  const one = aStandIn(text);
  made.push(one);
  return one;
};
const node = (body: string) => standIn(`#!${process.execPath}\n${body}`).program;
afterAll(() => {
  for (const one of made) one.remove();
});

test('kubectl gets the environment that was given, three fixed variables, and nothing else', async () => {
  const kubectl = standIn();
  kubectl.says({});
  process.env.SLIPWAY_LEAK = 'secret';
  await runKubectl(
    { kubectl: kubectl.program, environment: { PATH: '/bin', KUBECONFIG: '/k', LC_ALL: 'de' } },
    { args: [] },
  );
  delete process.env.SLIPWAY_LEAK;

  // While coverage is taken, Node itself passes this variable to every child process.
  const { NODE_V8_COVERAGE: _, ...environment } = kubectl.heard()[0]?.environment ?? {};
  expect(environment).toEqual({
    PATH: '/bin',
    KUBECONFIG: '/k',
    // Not the working directory: without HOME kubectl would put its cache there.
    HOME: tmpdir(),
    KUBERC: 'off',
    LC_ALL: 'C',
    KUBECTL_EXTERNAL_DIFF: 'diff -u -N',
  });
});

test('no shell interprets a name, a namespace, a context or an object', async () => {
  const kubectl = standIn();
  const evil = `$(touch\${IFS}pwned);touch\`x\`&"'`;
  const cluster = kubectlCluster({ kubectl: kubectl.program, environment: { PATH: '/bin:/usr/bin' }, context: evil });
  kubectl.says({});
  await cluster.diff([{ ...orders, metadata: { name: evil, namespace: evil }, data: { evil } }]);
  kubectl.says({ stderr: 'error: no', code: 1 });
  await expect(cluster.get(orders)).rejects.toThrow('no');

  const [proxy] = kubectl.heard();
  expect(proxy?.args).toEqual(expect.arrayContaining(['proxy', `--context=${evil}`]));
  expect(existsSync('pwned')).toBe(false);
});

test('the program is found on the PATH that it is given', async () => {
  const kubectl = standIn();
  kubectl.says({ stdout: 'found' });
  const environment = { PATH: dirname(kubectl.program) };
  expect(await runKubectl({ kubectl: 'kubectl', environment }, { args: [] })).toMatchObject({ stdout: 'found' });
  expect(await runKubectl({ kubectl: 'kubectl', environment: { PATH: '/nowhere' } }, { args: [] })).toMatchObject({
    end: 'notStarted',
    cause: { code: 'ENOENT' },
  });
});

test('a kubectl that is missing or not executable is Broken, and the message says what to do', async () => {
  const environment = { PATH: '' };
  await expect(kubectlCluster({ kubectl: '/nowhere/kubectl', environment }).get(orders)).rejects.toMatchObject({
    name: 'Broken',
    message:
      'Could not read Deployment shop/orders: kubectl was not found at /nowhere/kubectl. Install it, or correct the path.',
  });
  const { program } = standIn();
  chmodSync(program, 0o644);
  await expect(kubectlCluster({ kubectl: program, environment }).get(orders)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('could not be run (EACCES). Check that it may be executed.'),
  });
});

test('after its time limit kubectl and its children are ended, and it is unknown whether it took effect', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stay = `require('node:net').connect(${(server.address() as AddressInfo).port}, '127.0.0.1'); process.on('SIGTERM', () => {});`;
  const kubectl = node(
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stay)}]); ${stay}`,
  );

  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  try {
    const applied = kubectlCalls({ kubectl, environment: {} })({ what: 'apply Deployment shop/orders', args: [] });
    const both = [(await once(server, 'connection')) as [Socket], (await once(server, 'connection')) as [Socket]];
    const gone = both.map(([socket]) => once(socket.on('error', () => {}).resume(), 'close'));
    jest.advanceTimersByTime(20_000);
    await expect(applied).rejects.toMatchObject({
      name: 'Transient',
      message:
        'Could not apply Deployment shop/orders: no answer within 20 s. Whether it took effect is unknown; it may be ' +
        "repeated. Check that the cluster's API server can be reached.",
    });
    await Promise.all(gone);
  } finally {
    jest.useRealTimers();
    server.close();
  }
});

test('a read that gets no answer leaves nothing unknown', async () => {
  const kubectl = node('setInterval(() => {}, 1_000);');
  await expect(kubectlCluster({ kubectl, environment: {}, callMs: 50 }).get(orders)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(/^Could not read Deployment shop\/orders: no answer within 0.05 s. Check/),
  });
});

test('a kubectl that is ended from outside is Transient', async () => {
  const kubectl = node("process.kill(process.pid, 'SIGKILL');");
  await expect(kubectlCalls({ kubectl, environment: {} })({ what: 'scale it', args: [] })).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('kubectl was ended from outside (SIGKILL). Whether it took effect is unknown'),
  });
});

test('an endless answer is cut off', async () => {
  const kubectl = node(
    `const part = 'x'.repeat(1 << 20); const more = () => process.stdout.write(part, more); more();`,
  );
  await expect(kubectlCalls({ kubectl, environment: {} })({ what: 'read it', args: [] })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('the answer has more than 20 MB'),
  });
});

test('the end of a long error message is kept', async () => {
  const kubectl = standIn();
  kubectl.says({ stderr: `${'noise\n'.repeat(100_000)}error: the cause`, code: 1 });
  const end = await runKubectl({ kubectl: kubectl.program, environment: {} }, { args: [] });
  expect(end).toMatchObject({ end: 'exited', code: 1, stderr: expect.stringMatching(/the cause$/) });
  expect((end as { stderr: string }).stderr.length).toBe(65_536);
});

test('a kubectl that ends before it has read its input is judged by its exit code', async () => {
  const kubectl = node(`process.stderr.write('error: unknown flag: --server-side'); process.exitCode = 1;`);
  const big = { ...orders, data: { text: 'x'.repeat(4 << 20) } };
  await expect(kubectlCluster({ kubectl, environment: {} }).diff([big])).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('Install a newer kubectl.'),
  });
});
