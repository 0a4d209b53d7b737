import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { aStandIn } from './a-stand-in.ts';

const kubectl = aStandIn();
const root = mkdtempSync(join(tmpdir(), 'slipway-manifests-'));
afterAll(() => {
  kubectl.remove();
  rmSync(root, { recursive: true });
});

const cluster = kubectlCluster({ kubectl: kubectl.program, environment: {}, manifestsRoot: root });
const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
};
const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n';
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

test('a folder without a kustomization gives its YAML and JSON files in the order of their names', async () => {
  write({
    'plain/20-list.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [configMap('b'), configMap('c')] }),
    'plain/10-two.yml': `---\n${settings}  labels:\n---\n# nothing\n---\n${settings.replace('settings', 'other')}`,
    'plain/empty.yaml': '',
    'plain/notes.md': 'not a manifest',
    'plain/deeper/x.yml': 'not: read',
  });
  kubectl.says({});
  expect(await cluster.build('plain')).toEqual(['settings', 'other', 'b', 'c'].map(configMap));
  expect(await cluster.build(join(root, 'plain'))).toHaveLength(4);
  expect(kubectl.heard()).toEqual([]);
});

test('scalars are parsed as Kubernetes parses them', async () => {
  write({
    'scalars/a.yml': `${settings}data: {yes: no, modes: [0644, 0o644], at: 12:30, day: 2026-11-24, text: "yes", other: [1e3, ~, .inf]}`,
  });
  const [object] = await cluster.build('scalars');
  expect(object?.data).toEqual({
    true: false,
    modes: [420, 420],
    at: '12:30',
    day: '2026-11-24',
    text: 'yes',
    other: [1000, null, '.inf'],
  });
});

test.each(['kustomization.yaml', 'kustomization.yml', 'Kustomization'])(
  'a folder with %s gives the output of kubectl kustomize, without the network',
  async (name) => {
    write({ [`${name}-folder/${name}`]: 'resources: []', [`${name}-folder/broken.yml`]: ': :' });
    kubectl.says({ stdout: `${settings}---\n${settings.replace('settings', 'other')}` });
    expect(await cluster.build(`${name}-folder`)).toEqual([configMap('settings'), configMap('other')]);
    const [call] = kubectl.heard();
    expect(call?.args).toEqual(['kustomize', expect.stringMatching(new RegExp(`/${name}-folder$`))]);
    expect(call?.environment).toMatchObject({ HTTPS_PROXY: 'http://127.0.0.1:1', GIT_ALLOW_PROTOCOL: 'none' });
  },
);

test.each([
  [
    "error: accumulating resources: 'x.yml': lstat ROOT/kz/x.yml: no such file",
    /^The folder of manifests kz cannot be built: 'x.yml': lstat kz\/x.yml: no such file. Put that file there, or take it out/,
  ],
  [
    "error: accumulating resources: accumulation err='accumulating resources from 'x.yml': evalsymlink failure on 'ROOT/kz/x.yml' : lstat ROOT/kz/x.yml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on 'ROOT/kz/x.yml'",
    /^The folder of manifests kz cannot be built: accumulating resources from 'x.yml': evalsymlink failure on 'kz\/x.yml' : lstat kz\/x.yml: no such file or directory. Put that file there/,
  ],
  [
    'W1130 07:00:00.000000   12 warnings.go:70] noise\n# Warning: \'bases\' is deprecated.\nE1130 07:00:00.1   12 memcache.go:265] more noise\nerror: invalid Kustomization: json: unknown field "foo"',
    /^The folder of manifests kz cannot be built: invalid Kustomization: json: unknown field "foo". Correct it until kubectl kustomize kz prints the manifests.$/,
  ],
  ['error: Get "https://a.example/x": proxyconnect tcp: connection refused', /Copy what it takes from the network/],
  ["error: fatal: transport 'ssh' not allowed\n: exit status 128", /Copy what it takes from the network/],
  ['error: cannot unmarshal !!str `hunter2` into int', /cannot unmarshal !!str into int/],
])('a kustomization that cannot be built gives the reason (%#)', async (stderr, message) => {
  write({ 'kz/kustomization.yml': 'resources: [x.yml]' });
  kubectl.says({ stderr: stderr.replaceAll('ROOT', root), code: 1 });
  await expect(cluster.build('kz')).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(message),
  });
});

test.each([
  [
    'is not YAML',
    `${settings}data: {a: hunter2`,
    /^bad\/a.yml, line 5, column 18, cannot be read as YAML \(BAD_INDENT\)/,
  ],
  [
    'has a key twice',
    `${settings}kind: hunter2`,
    /^bad\/a.yml, line 5, column 1, cannot be read as YAML \(DUPLICATE_KEY\)/,
  ],
  ['has no name', 'apiVersion: v1\nkind: Secret\nmetadata: {generateName: hunter2}', /has no valid metadata.name/],
  [
    'has no kind, in its second document',
    `${settings}---\napiVersion: v1\nmetadata: {name: hunter2}`,
    /^bad\/a.yml, document 2 has no valid kind/,
  ],
  ['is not an object', '- hunter2', /has no valid apiVersion/],
  ['is text', 'hunter2', /has no valid apiVersion, kind and metadata/],
  ['has a label that is not text', `${settings}  labels: {hunter: 2}`, /has no valid metadata.labels.hunter/],
  ['has a tag without meaning', `${settings}data: !!binary hunter2`, /cannot be read as YAML \(TAG_RESOLVE_FAILED\)/],
  ['has an object twice', `${settings}---\n${settings}`, /has v1 ConfigMap settings twice/],
  [
    'repeats itself without end',
    `${settings}a: &a [1,1]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d]`,
    /repeats its anchors too often/,
  ],
])('a manifest that %s is refused with its place, and its content is not repeated', async (_, text, message) => {
  write({ 'bad/a.yml': text });
  const error = await cluster.build('bad').catch((thrown) => thrown);
  expect(error).toMatchObject({ name: 'InvalidRequest', message: expect.stringMatching(message) });
  expect(`${error.message} ${error.cause}`).not.toContain('hunter2');
});

test('a missing folder is NotFound, and an empty folder or a file in its place is refused', async () => {
  write({ 'nothing/notes.md': '', 'file.yml': settings });
  await expect(cluster.build('nowhere')).rejects.toMatchObject({ name: 'NotFound' });
  for (const folder of ['nothing', 'file.yml']) {
    await expect(cluster.build(folder)).rejects.toMatchObject({ name: 'InvalidRequest' });
  }
});

test('an entry that has the name of a manifest but is no file is refused', async () => {
  mkdirSync(join(root, 'folders/a.yml'), { recursive: true });
  write({ 'dangling/b.yml': settings });
  symlinkSync(join(root, 'nowhere.yml'), join(root, 'dangling/a.yml'));
  for (const folder of ['folders', 'dangling']) {
    await expect(cluster.build(folder)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: `${folder}/a.yml is not a file that can be read. Remove it.`,
    });
  }
});

test('the root itself may be a link', async () => {
  const link = `${root}-link`;
  symlinkSync(root, link);
  write({ 'linked-root/a.yml': settings });
  const linked = kubectlCluster({ kubectl: kubectl.program, environment: {}, manifestsRoot: link });
  for (const folder of ['linked-root', `${link}/linked-root`]) expect(await linked.build(folder)).toHaveLength(1);
  rmSync(link);
});

test('no path leads out of the root: not by dots, not as an absolute path, not by a link', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
  writeFileSync(join(outside, 'a.yml'), settings);
  symlinkSync(outside, join(root, 'link'));
  write({ 'linked/b.yml': settings });
  symlinkSync(join(outside, 'a.yml'), join(root, 'linked', 'a.yml'));
  for (const folder of ['..', '../slipway-nowhere', outside, '/etc', 'link', 'linked']) {
    await expect(cluster.build(folder)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('leads out of the folder where manifests may be'),
    });
  }
  rmSync(outside, { recursive: true });
});

test('without a root, or with a missing root, no folder can be built', async () => {
  const settings = { kubectl: kubectl.program, environment: {} };
  await expect(kubectlCluster(settings).build('plain')).rejects.toMatchObject({ name: 'Broken' });
  await expect(kubectlCluster({ ...settings, manifestsRoot: '/nowhere' }).build('plain')).rejects.toMatchObject({
    name: 'Broken',
  });
});
