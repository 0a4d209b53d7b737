/**
 * Compiles the programs of a Kubernetes control plane once, from pinned Go modules, into a folder of the user's cache.
 * This needs only the Go toolchain, and no container: `control-plane/go.mod` names every version.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MODULE = new URL('./control-plane/', import.meta.url).pathname;
const FIRST_BUILD = 'This happens once, and takes about five minutes on two cores.';

const PROGRAMS = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
} as const;

const DRAFT_AGE_MAX_MS = 3_600_000;
const BUILD = ['build', '-trimpath'];

export type Program = keyof typeof PROGRAMS;

/** Files that are copied from the modules unchanged: the path in the module, and the name here. */
const MANIFESTS = [
  ...['gatewayclasses', 'gateways', 'httproutes'].map((plural) => ({
    module: 'sigs.k8s.io/gateway-api',
    path: `config/crd/standard/gateway.networking.k8s.io_${plural}.yaml`,
    as: `gateway-api/${plural}.yaml`,
  })),
  ...['fast/node-initialize', 'heartbeat-with-lease/node-heartbeat-with-lease'].map((stage) => ({
    module: 'sigs.k8s.io/kwok',
    path: `kustomize/stage/node/${stage}.yaml`,
    as: `node-stages/${stage.replace(/.*\//, '')}.yaml`,
  })),
];

export interface ControlPlaneBuild {
  program(name: Program): string;
  /** The CRDs of the Gateway API, standard channel. */
  readonly gatewayApi: string;
  /** The stages of pods and nodes that the fake nodes follow. */
  readonly nodeStages: readonly string[];
}

export async function buildControlPlane(): Promise<ControlPlaneBuild> {
  const version = pinnedVersion();
  const folder = join(cacheFolder(), `${version}-${digest()}`);
  if (!existsSync(folder)) {
    await findGo();
    process.stderr.write(`Building Kubernetes ${version} for the cluster tests. ${FIRST_BUILD}\n`);
    await build(folder, version);
  }
  return {
    program: (name) => join(folder, name),
    gatewayApi: join(folder, 'gateway-api'),
    nodeStages: MANIFESTS.filter(({ as }) => as.startsWith('node-stages/')).map(({ as }) => join(folder, as)),
  };
}

function pinnedVersion(): string {
  const found = /^\tk8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1];
  if (found === undefined) throw new Error('control-plane/go.mod does not require k8s.io/kubernetes.');
  return found;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway', 'control-plane');
}

function digest(): string {
  const hash = createHash('sha256').update(JSON.stringify([PROGRAMS, MANIFESTS, BUILD]));
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULE, file)));
  return hash.digest('hex').slice(0, 12);
}

/** An older Go fetches the version that go.mod names, unless its settings forbid this. */
async function findGo(): Promise<void> {
  const needed = /^go (\d+\.\d+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1];
  try {
    await run('go', ['list', '-m'], { cwd: MODULE });
  } catch (cause) {
    const message = `The cluster tests need Go ${needed} or later; install it, or set KUBECONFIG to a cluster that they may use.`;
    throw new Error(message, { cause });
  }
}

/**
 * Builds into a temporary folder first, so that a folder under the final name is complete, also after an interrupted
 * build.
 */
async function build(folder: string, version: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  removeOldDrafts(folder);
  const draft = mkdtempSync(`${folder}-draft-`);
  try {
    await compile(draft, version);
    for (const { module, path, as } of MANIFESTS) {
      cpSync(join(await folderOf(module), path), join(draft, as));
    }
    renameSync(draft, folder);
  } catch (cause) {
    // Another run has built it in the meantime.
    if (existsSync(folder)) return;
    throw cause;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Removes drafts of interrupted builds, and keeps the draft of a build that is running. */
function removeOldDrafts(folder: string): void {
  for (const draft of globSync(`${folder}-draft-*`)) {
    if (Date.now() - statSync(draft).mtimeMs > DRAFT_AGE_MAX_MS) {
      rmSync(draft, { recursive: true, force: true });
    }
  }
}

async function compile(draft: string, version: string): Promise<void> {
  const args = [...BUILD, `-ldflags=-s -w ${stamp(version)}`, '-o', `${draft}/`];
  const env = { ...process.env, CGO_ENABLED: '0' };
  await run('go', [...args, ...Object.values(PROGRAMS)], { cwd: MODULE, env, maxBuffer: 64 << 20 });
  renameSync(join(draft, 'server'), join(draft, 'etcd'));
}

/** Without this stamp the programs report v0.0.0. Clients that check the version of the server cannot use that. */
function stamp(version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((place) => Object.entries(values).map(([name, value]) => `-X ${place}.${name}=${value}`))
    .join(' ');
}

/** The build fetches a module only when it compiles something from it. */
async function folderOf(module: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: MODULE });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}
