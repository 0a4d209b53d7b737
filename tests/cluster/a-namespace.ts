/** A namespace of one's own for a test file, so that files do not meet, and a cluster that others use is left as it was. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kubectl, kubectlAs } from './kubectl.ts';

export interface Namespace {
  readonly name: string;
  /** Of an administrator, for whom this is the namespace where nothing else is said. */
  readonly kubeconfig: string;
  /** The program that belongs to the cluster. */
  readonly program: string;
  /** As the administrator, in this namespace. */
  readonly kubectl: Kubectl;
  /** Creates or changes objects as the administrator, by server-side apply. */
  apply(...objects: readonly object[]): Promise<void>;
  /** An object as it is now. Throws when there is none. */
  read<T = Record<string, unknown>>(kind: string, name: string): Promise<T>;
  /** All objects of a kind, of those that a label selector names if one is given. */
  list<T = Record<string, unknown>>(kind: string, selector?: string): Promise<T[]>;
  /** Returns the path of a kubeconfig of a new service account that may do this here, and nothing else. */
  kubeconfigFor(account: string, rules: readonly Rule[]): Promise<string>;
  /** Removes it, without waiting until everything in it is gone. */
  remove(): Promise<void>;
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

export async function aNamespace(labels: Readonly<Record<string, string>> = {}): Promise<Namespace> {
  const program = process.env.SLIPWAY_TEST_KUBECTL ?? 'kubectl';
  const foreign = process.env.SLIPWAY_TEST_KUBECONFIG ?? '';
  const name = `slipway-test-${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const access = await readAccess(kubectlAs({ kubeconfig: foreign, program }));
  const write = (user: string, credentials: object) =>
    writeKubeconfig({ folder, access, namespace: name, user, credentials });
  const kubeconfig = write('admin', access.user);
  const kubectl = kubectlAs({ kubeconfig, program });
  const apply: Namespace['apply'] = async (...items) => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await kubectl(['apply', '--server-side', '--field-manager=slipway-test', '-f', '-'], list);
  };
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  // Before it is there, no pod is let in.
  await kubectl(['wait', '--for=create', '--timeout=30s', 'serviceaccount/default']);
  return {
    name,
    kubeconfig,
    program,
    kubectl,
    apply,
    read: async (kind, object) => JSON.parse(await kubectl(['get', kind, object, '-o', 'json'])),
    list: async (kind, selector = '') =>
      JSON.parse(await kubectl(['get', kind, `--selector=${selector}`, '-o', 'json'])).items,
    async kubeconfigFor(account, rules) {
      await apply(...accountWith({ namespace: name, account, rules }));
      return write(account, { token: (await kubectl(['create', 'token', account])).trim() });
    },
    async remove() {
      await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Access {
  readonly cluster: object;
  readonly user: object;
}

async function readAccess(kubectl: Kubectl): Promise<Access> {
  const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  return { cluster: config.clusters[0].cluster, user: config.users?.[0]?.user ?? {} };
}

interface Kubeconfig {
  readonly folder: string;
  readonly access: Access;
  readonly namespace: string;
  readonly user: string;
  readonly credentials: object;
}

function writeKubeconfig({ folder, access, namespace, user, credentials }: Kubeconfig): string {
  const file = join(folder, `${user}.kubeconfig`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'slipway-test', cluster: access.cluster }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: 'slipway-test', context: { cluster: 'slipway-test', namespace, user } }],
    'current-context': 'slipway-test',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

interface Account {
  readonly namespace: string;
  readonly account: string;
  readonly rules: readonly Rule[];
}

function accountWith({ namespace, account, rules }: Account): object[] {
  const metadata = { name: account, namespace };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
}
