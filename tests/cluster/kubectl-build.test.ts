import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubectlCluster, kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { aNamespace, type Namespace } from './a-namespace.ts';
import { kubectlSettings } from './kubectl-settings.ts';

const manifestsRoot = mkdtempSync(join(tmpdir(), 'slipway-manifests-'));
let namespace: Namespace;
let cluster: KubectlCluster;
beforeAll(async () => {
  namespace = await aNamespace();
  cluster = kubectlCluster({ ...kubectlSettings(namespace), manifestsRoot });
});
afterAll(async () => {
  cluster.close();
  rmSync(manifestsRoot, { recursive: true });
  await namespace.remove();
});

const write = (folder: string, files: Readonly<Record<string, string>>) => {
  mkdirSync(join(manifestsRoot, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(manifestsRoot, folder, name), text);
};
const settings = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  "yes": "no"
  mode: "0644"
  text: |
    two
    lines
`;
const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  replicas: 0x2
  selector: {matchLabels: &labels {app: orders}}
  template:
    metadata: {labels: *labels}
    spec:
      hostNetwork: false
      containers: [{name: app, image: shop/good:1}]
      volumes: [{name: v, configMap: {name: settings, defaultMode: 0644}}]
`;

test('a folder of plain manifests gives the output of kustomize, and the API server accepts it', async () => {
  write('plain', { '10-settings.yml': settings, '20-workload.yaml': workload });
  write('kustomized', { 'a.yml': settings, 'b.yml': workload, 'kustomization.yml': 'resources: [a.yml, b.yml]' });
  const plain = await cluster.build('plain');
  expect(await cluster.build('kustomized')).toEqual(plain);
  expect(plain[1]).toMatchObject({ spec: { replicas: 2, template: { spec: { hostNetwork: false } } } });

  const placed = plain.map((object) => ({ ...object, metadata: { ...object.metadata, namespace: namespace.name } }));
  const applied = await cluster.apply({ objects: placed });
  expect(applied[1]).toMatchObject({
    spec: { replicas: 2, template: { spec: { volumes: [{ configMap: { defaultMode: 420 } }] } } },
  });
  expect(await cluster.diff(placed)).toBe('');
});

test('a plain manifest has, scalar by scalar, the values that kubectl reads', async () => {
  const scalars = ['yes', 'off', 'y', '0644', '0o644', '0x1F', '0b101', '1_000', '1e3', '.5', '-7', '12:30', '1_0.5'];
  const others = ['2026-11-24', '2026-11-24T10:00:00Z', '~', 'Null', '"yes"', "'08'", '08', '!!str 5', 'True', 'tRue'];
  const list = [...scalars, ...others].map((scalar) => `\n  - ${scalar}`).join('');
  const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: scalars}\n';
  write('scalars', { 'a.yml': `${route}spec:\n  hostnames: ${list}\n` });
  const file = join(manifestsRoot, 'scalars/a.yml');
  const read = JSON.parse(
    await namespace.kubectl(['create', '--dry-run=client', '--validate=ignore', '--output=json', '--filename', file]),
  );
  expect((await cluster.build('scalars'))[0]?.spec).toEqual(read.spec);
});

test('a kustomization changes the fields that it names, on top of a base next to it', async () => {
  write('base', { 'workload.yml': workload, 'kustomization.yml': 'resources: [workload.yml]' });
  write('overlay', {
    'kustomization.yml': 'resources: [../base]\nimages: [{name: shop/good, newTag: "2"}]\nnamePrefix: eu-',
  });
  expect(await cluster.build('overlay')).toMatchObject([
    { metadata: { name: 'eu-orders' }, spec: { template: { spec: { containers: [{ image: 'shop/good:2' }] } } } },
  ]);
});

test.each([
  ['from the network', 'https://example.invalid/a.yml', 'Copy what it takes from the network into the folder'],
  ['from a repository', 'git@example.invalid:a/b?ref=v1', 'Copy what it takes from the network into the folder'],
  ['from outside', '../../../../etc/hostname', "is not in or below 'remote'"],
  ['that is not there', 'nowhere.yml', 'no such file or directory'],
])('a kustomization with a resource %s is refused', async (_, resource, says) => {
  write('remote', { 'kustomization.yml': `resources: ["${resource}"]` });
  await expect(cluster.build('remote')).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining(says),
  });
});

test('a diff shows the change that an apply would make, and changes nothing', async () => {
  const object = (replicas: number, image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shown', namespace: namespace.name },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'shown' } },
      template: { metadata: { labels: { app: 'shown' } }, spec: { containers: [{ name: 'app', image }] } },
    },
  });
  const fresh = await cluster.diff([object(1, 'shop/good:1')]);
  expect(fresh).toMatch(/^--- live\/apps\.v1\.Deployment\.\S+\.shown\n\+\+\+ applied\/\S+\n@@ /);
  expect(fresh).toContain('+  name: shown\n');
  expect(await cluster.get(object(1, ''))).toBeNull();

  await cluster.apply({ objects: [object(1, 'shop/good:1')] });
  const changed = await cluster.diff([object(1, 'shop/good:2')]);
  expect(changed).toContain('-      - image: shop/good:1\n+      - image: shop/good:2\n');
  expect(changed).not.toMatch(/LIVE-|MERGED-/);
  await expect(cluster.diff([{ ...object(1, 'a'), kind: 'Unknown' }])).rejects.toMatchObject({ name: 'NotFound' });
});
