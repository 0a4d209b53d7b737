/**
 * An own namespace for a test file, so that files do not affect each other, and a cluster that others use stays
 * unchanged.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kubectl, kubectlAs } from './kubectl.ts';

export interface Namespace {
  readonly name: string;
  /** The kubeconfig of an administrator. This namespace is its default. */
  readonly kubeconfig: string;
  /** The kubectl that belongs to the cluster. */
  readonly program: string;
  /** Runs kubectl as the administrator, in this namespace. */
  readonly kubectl: Kubectl;
  /** Creates or changes objects as the administrator, by server-side apply. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Returns the current state of an object. Throws when it does not exist. */
  read<T = Record<string, unknown>>(kind: string, name: string): Promise<T>;
  /** Returns all objects of a kind, or those that a given label selector matches. */
  list<T = Record<string, unknown>>(kind: string, selector?: string): Promise<T[]>;
  /** Returns the path of a kubeconfig for a new service account that has only these permissions, in this namespace. */
  kubeconfigFor(account: string, rules: readonly Rule[]): Promise<string>;
  /** Removes the namespace, without waiting until everything in it is deleted. */
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
  // The API server admits no pod before the service account exists.
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
