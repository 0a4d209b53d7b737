import { checkKubectl } from '../../src/kubernetes/kubectl-version.ts';
import { aStandIn, type Saying } from './a-stand-in.ts';

const kubectl = aStandIn();
afterAll(() => kubectl.remove());

const says = (client: string, server?: string): Saying => ({
  stdout: JSON.stringify({
    clientVersion: { gitVersion: client },
    ...(server && { serverVersion: { gitVersion: server } }),
  }),
});
const checked = (client: string, server: string) => {
  kubectl.says(says(client, server));
  return checkKubectl({ kubectl: kubectl.program, environment: {} });
};

test.each([
  ['v1.36.3', 'v1.36.3'],
  ['v1.32.4-dispatcher', 'v1.33.2-eks-931bdca'],
  ['v1.28.0', 'v1.27.16'],
])('kubectl %s supports a cluster of %s', async (client, server) => {
  expect(await checked(client, server)).toEqual({ client, server });
  expect(kubectl.heard().map(({ args }) => args.join(' '))).toEqual([
    '--request-timeout=20000ms version --output=json',
  ]);
});

test.each([
  ['v1.32.4', 'v1.36.3', 'Install kubectl 1.36, or one that is at most 3 minor versions from it.'],
  ['v1.36.3', 'v1.32.0', 'Install kubectl 1.32, or one that is at most 3 minor versions from it.'],
  ['v1.27.9', 'v1.27.9', 'Slipway needs 1.28 or later. Install a newer one.'],
])('kubectl %s with a cluster of %s is Broken, and says what to install', async (client, server, next) => {
  await expect(checked(client, server)).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringMatching(new RegExp(`kubectl is version ${client}.*${next}$`)),
  });
});

test('a kubectl that is too old is reported before a cluster that cannot be reached', async () => {
  const refused = 'The connection to the server 10.0.0.1:443 was refused - did you specify the right host or port?';
  const check = () => checkKubectl({ kubectl: kubectl.program, environment: {} });
  kubectl.says({ ...says('v1.20.0'), stderr: refused, code: 1 });
  await expect(check()).rejects.toMatchObject({ name: 'Broken' });
  kubectl.says({ ...says('v1.36.3'), stderr: refused, code: 1 });
  await expect(check()).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('was refused') });
});

test('a program that is not kubectl is Broken', async () => {
  kubectl.says({ stdout: 'kubectl: a wrapper' });
  await expect(checkKubectl({ kubectl: kubectl.program, environment: {} })).rejects.toMatchObject({ name: 'Broken' });
  await expect(checkKubectl({ kubectl: '/nowhere/kubectl', environment: {} })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('kubectl was not found at /nowhere/kubectl'),
  });
});
