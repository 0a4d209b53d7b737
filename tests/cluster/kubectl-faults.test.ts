import { mkdirSync, writeFileSync } from 'node:fs';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  type KubectlCluster,
  type KubectlClusterSettings,
  kubectlCluster,
} from '../../src/kubernetes/kubectl-cluster.ts';
import { checkKubectl } from '../../src/kubernetes/kubectl-version.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { aNamespace, type Namespace } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { type Gateway, openGateway } from './kubectl-gateway.ts';
import { accessIn, kubeconfigWith, kubectlSettings } from './kubectl-settings.ts';

let namespace: Namespace;
let cluster: Cluster;
const opened: KubectlCluster[] = [];
const open = (settings: KubectlClusterSettings): Cluster => {
  const connection = kubectlCluster(settings);
  opened.push(connection);
  return connection;
};
beforeAll(async () => {
  namespace = await aNamespace();
  cluster = open(kubectlSettings(namespace));
});
afterAll(() => {
  for (const connection of opened) connection.close();
  return namespace.remove();
});

const configMap = (name: string, data: Readonly<Record<string, string>> = { a: '1' }): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: namespace.name },
  data,
});
const CALL_MS = 3_000;
const withKubeconfig = (kubeconfig: string) => open({ ...kubectlSettings(namespace, kubeconfig), callMs: CALL_MS });

test('a server on which no process listens is Transient, and so is the check of the versions', async () => {
  const kubeconfig = kubeconfigWith(namespace.kubeconfig, {
    cluster: { ...accessIn(namespace.kubeconfig).cluster, server: 'https://127.0.0.1:1' },
  });
  const away = withKubeconfig(kubeconfig);
  for (const call of [
    away.get(configMap('a')),
    away.apply({ objects: [configMap('a')] }),
    away.diff([configMap('a')]),
  ]) {
    await expect(call).rejects.toMatchObject({ name: 'Transient', message: expect.stringMatching(/refused/) });
  }
  await expect(checkKubectl(kubectlSettings(namespace, kubeconfig))).rejects.toMatchObject({ name: 'Transient' });
});

test('the certificate of another authority, and an invalid token, are Broken', async () => {
  const { cluster: known, user } = accessIn(namespace.kubeconfig);
  const { 'certificate-authority-data': _, 'certificate-authority': __, ...unverified } = known;
  const asked = (changed: Parameters<typeof kubeconfigWith>[1]) =>
    withKubeconfig(kubeconfigWith(namespace.kubeconfig, changed)).get(configMap('a'));
  await expect(asked({ cluster: unverified, user })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('certificate'),
  });
  await expect(asked({ user: { token: 'expired' } })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('Check the credentials in the kubeconfig'),
  });
  await expect(asked({ user: {} })).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringContaining('Check the credentials in the kubeconfig'),
  });
});

test('a call without permission is Broken and names the permission, and denied predicts it', async () => {
  const kubeconfig = await namespace.kubeconfigFor('reader', [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
  ]);
  const reader = withKubeconfig(kubeconfig);
  expect(await reader.get(configMap('a'))).toBeNull();
  const refused = {
    name: 'Broken',
    details: { permission: { verb: 'patch', resource: 'configmaps', namespace: namespace.name } },
  };
  await expect(reader.apply({ objects: [configMap('a')] })).rejects.toMatchObject(refused);
  await expect(reader.apply({ objects: [configMap('a')], dryRun: true })).rejects.toMatchObject(refused);
  await expect(reader.replace(configMap('a'))).rejects.toMatchObject({ name: 'Broken' });
  await expect(reader.remove([configMap('a')])).rejects.toMatchObject({ name: 'Broken' });
  const asked = [
    { verb: 'get', resource: 'configmaps' },
    { verb: 'patch', resource: 'configmaps' },
    { verb: 'get', resource: 'deployments.apps' },
    { verb: 'update', resource: 'deployments.apps/scale' },
  ] as const;
  expect(await reader.denied(namespace.name, asked)).toEqual(asked.slice(1));
  expect(await cluster.denied(namespace.name, asked)).toEqual([]);
});

test('a quota that is used up is an invalid request, with its figures', async () => {
  await namespace.apply({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few' },
    spec: { hard: { 'count/services': '0' } },
  });
  const service = { ...configMap('s'), kind: 'Service', data: undefined, spec: { ports: [{ port: 80 }] } };
  await eventually(async () => {
    await cluster.remove([service]);
    await expect(cluster.apply({ objects: [service] })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('exceeded quota: few, requested: count/services=1'),
    });
  });
});

test('messages of the API server about a Secret come without its values', async () => {
  const secret = { ...configMap('s'), kind: 'Secret', data: {}, stringData: { password: { nested: 'hunter2' } } };
  const error = await cluster.apply({ objects: [secret] }).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'InvalidRequest', message: expect.stringContaining('.stringData.password') });
  expect(`${error.message} ${error.cause}`).not.toContain('hunter2');
  const shown = { ...secret, stringData: { password: 'hunter2' } };
  expect(await cluster.diff([shown])).toContain("password: '***'");
});

test('the preferences of a person, in a kuberc, do not apply to Slipway', async () => {
  const settings = kubectlSettings(namespace);
  const dryDelete = { command: 'delete', options: [{ name: 'dry-run', default: 'client' }] };
  mkdirSync(`${settings.environment.HOME}/.kube`);
  writeFileSync(
    `${settings.environment.HOME}/.kube/kuberc`,
    JSON.stringify({ apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference', defaults: [dryDelete] }),
  );
  const own = open(settings);
  await own.apply({ objects: [configMap('habit')] });
  await own.remove([configMap('habit')]);
  expect(await own.get(configMap('habit'))).toBeNull();
});

test('fields that a person applied by kubectl become Slipway’s once both agree, and can then be changed or left out', async () => {
  const byHand = configMap('adopted', { a: '1', b: '1' });
  await namespace.kubectl(['apply', '--filename=-'], JSON.stringify(byHand));
  await cluster.apply({ objects: [byHand] });
  const [changed] = await cluster.apply({ objects: [configMap('adopted', { a: '2' })] });
  expect(changed?.data).toEqual({ a: '2' });
});

test('fields that a person applied by kubectl are removed when Slipway applies by force without them', async () => {
  await namespace.kubectl(['apply', '--filename=-'], JSON.stringify(configMap('taken', { a: '1', b: '1' })));
  const [taken] = await cluster.apply({ objects: [configMap('taken', { a: '2' })], force: true });
  expect(taken?.data).toEqual({ a: '2' });
});

test('kubectl and the cluster report their versions, and a missing kubectl is Broken', async () => {
  const settings = kubectlSettings(namespace);
  expect(await checkKubectl(settings)).toEqual({
    client: expect.stringMatching(/^v1\.\d+\.\d+/),
    server: expect.stringMatching(/^v1\.\d+\.\d+/),
  });
  await expect(checkKubectl({ ...settings, kubectl: '/nowhere/kubectl' })).rejects.toMatchObject({ name: 'Broken' });
});

describe('kubectl behind a gateway that loses requests and answers', () => {
  let gateway: Gateway;
  let far: Cluster;
  beforeAll(async () => {
    const kubeconfig = await namespace.kubeconfigFor('far', [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'update', 'patch', 'delete'] },
    ]);
    const access = accessIn(kubeconfig);
    gateway = await openGateway(access);
    far = withKubeconfig(kubeconfigWith(kubeconfig, { cluster: { server: gateway.url } }));
  });
  afterAll(() => gateway.close());
  afterEach(() => gateway.fails(null));

  const transient = { name: 'Transient' };

  test('an apply whose answer is lost is Transient, has taken effect, and can be repeated safely', async () => {
    gateway.fails('unanswered', 'PATCH');
    await expect(far.apply({ objects: [configMap('late')] })).rejects.toMatchObject(transient);
    expect(await cluster.get(configMap('late'))).toMatchObject({ data: { a: '1' } });
    gateway.fails(null);
    expect(await far.apply({ objects: [configMap('late')] })).toMatchObject([{ data: { a: '1' } }]);
  });

  test('an apply that is lost on the way is Transient, and has not taken effect', async () => {
    gateway.fails('lost', 'PATCH');
    await expect(far.apply({ objects: [configMap('lost')] })).rejects.toMatchObject(transient);
    expect(await cluster.get(configMap('lost'))).toBeNull();
  });

  test('a replace whose answer is lost is Transient, and a Conflict when it is repeated', async () => {
    const [object = configMap('moved')] = await far.apply({ objects: [configMap('moved')] });
    gateway.fails('unanswered', 'PUT');
    await expect(far.replace({ ...object, data: { a: '2' } })).rejects.toMatchObject(transient);
    gateway.fails(null);
    await expect(far.replace({ ...object, data: { a: '2' } })).rejects.toMatchObject({ name: 'Conflict' });
  });

  test('a server that never answers costs the time of one call, for a read or a write', async () => {
    for (const [method, call] of [
      ['GET', () => far.get(configMap('a'))],
      ['PATCH', () => far.apply({ objects: [configMap('a')] })],
    ] as const) {
      gateway.fails('silent', method);
      const startedAt = performance.now();
      await expect(call()).rejects.toMatchObject(transient);
      expect(performance.now() - startedAt).toBeLessThan(2 * CALL_MS);
    }
  });

  test('a connection that is cut again and again is Transient', async () => {
    gateway.fails('lost', 'GET');
    await expect(far.get(configMap('a'))).rejects.toMatchObject(transient);
    await expect(far.list({ ...configMap('a'), namespace: namespace.name })).rejects.toMatchObject(transient);
  });
});
