/**
 * An own Kubernetes control plane on the loopback interface. The API server, its store, the controllers and the
 * scheduler are real. KWOK writes what the kubelets of three nodes would write. It is started for a run and removed
 * after it.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildControlPlane, type ControlPlaneBuild } from './build-control-plane.ts';
import {
  apiServerArgs,
  type ComponentFiles,
  controllerManagerArgs,
  etcdArgs,
  kwokArgs,
  schedulerArgs,
  writeComponentFiles,
} from './components.ts';
import { freePorts } from './free-ports.ts';
import { kubectlAs } from './kubectl.ts';
import { type LocalProcesses, localProcesses } from './local-processes.ts';
import { fakeNodes } from './nodes.ts';
import { podStages } from './pod-stages.ts';

export interface ControlPlane {
  /** The kubeconfig of an administrator. */
  readonly kubeconfig: string;
  /** The program kubectl, of the same version as the server. */
  readonly kubectl: string;
  stop(): Promise<void>;
}

export async function startControlPlane(): Promise<ControlPlane> {
  const build = await buildControlPlane();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-control-plane-'));
  const processes = localProcesses(folder);
  try {
    const kubeconfig = await start({ build, folder, processes });
    return { kubeconfig, kubectl: build.program('kubectl'), stop: () => processes.stop() };
  } catch (error) {
    await processes.stop();
    throw error;
  }
}

interface Start {
  readonly build: ControlPlaneBuild;
  readonly folder: string;
  readonly processes: LocalProcesses;
}

async function start({ build, folder, processes }: Start): Promise<string> {
  const [etcdPort = 0, port = 0] = await freePorts(2);
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const url = `https://127.0.0.1:${port}`;
  const files = writeComponentFiles(folder, url);
  const read = reader(url, files);

  processes.start({ name: 'etcd', program: build.program('etcd'), args: etcdArgs(folder, etcd) });
  processes.start({
    name: 'kube-apiserver',
    program: build.program('kube-apiserver'),
    args: apiServerArgs(files, { etcd, port }),
  });
  await processes.until('the API server is ready', async () => (await read('/readyz')) === 'ok');

  startControllers({ build, folder, processes }, files);
  const kubeconfig = files.kubeconfigs.admin;
  await install(build, kubeconfig);
  await processes.until('the nodes take pods', async () => nodesTakePods(await read('/api/v1/nodes')));
  await processes.until('namespaces get their service account', async () =>
    /"name":"default"/.test((await read('/api/v1/namespaces/default/serviceaccounts/default')) ?? ''),
  );
  return kubeconfig;
}

function startControllers({ build, folder, processes }: Start, files: ComponentFiles): void {
  const stages = join(folder, 'pod-stages.yaml');
  writeFileSync(stages, podStages());
  const args = {
    'kube-controller-manager': controllerManagerArgs(files),
    'kube-scheduler': schedulerArgs(files),
    kwok: kwokArgs(files, [...build.nodeStages, stages]),
  } as const;
  for (const name of ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const) {
    processes.start({ name, program: build.program(name), args: args[name] });
  }
}

async function install(build: ControlPlaneBuild, kubeconfig: string): Promise<void> {
  const kubectl = kubectlAs({ kubeconfig, program: build.program('kubectl') });
  const nodes = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: fakeNodes });
  await Promise.all([
    kubectl(['create', '-f', '-'], nodes),
    kubectl(['create', '-f', build.gatewayApi]).then(() =>
      kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', build.gatewayApi]),
    ),
  ]);
}

/**
 * Returns the text of an answer with 200. Returns undefined when the server does not listen yet, or the object does not
 * exist yet.
 */
function reader(
  url: string,
  { certificates, adminToken }: ComponentFiles,
): (path: string) => Promise<string | undefined> {
  return (path) =>
    new Promise((resolve) => {
      const ca = readIfThere(join(certificates, 'apiserver.crt'));
      if (ca === undefined) return resolve(undefined);
      get(`${url}${path}`, { ca, headers: { authorization: `Bearer ${adminToken}` } }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(response.statusCode === 200 ? text : undefined));
      }).on('error', () => resolve(undefined));
    });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

interface Node {
  readonly spec: { readonly taints?: readonly object[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function nodesTakePods(text: string | undefined): boolean {
  const { items } = JSON.parse(text ?? '{"items":[]}') as { items: readonly Node[] };
  const ready = items.filter(
    ({ spec, status }) =>
      (spec.taints ?? []).length === 0 &&
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
  return ready.length === fakeNodes.length;
}
