/**
 * The command lines of the programs of the control plane. All of them listen only on the loopback interface, or not at
 * all.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The controllers share one identity, so it needs the rights of all of them. KWOK writes for every kubelet. */
const USERS = {
  admin: { user: 'admin', group: 'system:masters' },
  controllerManager: { user: 'system:kube-controller-manager', group: 'system:masters' },
  scheduler: { user: 'system:kube-scheduler' },
  kwok: { user: 'kwok', group: 'system:masters' },
} as const;

export type User = keyof typeof USERS;

export interface ComponentFiles {
  readonly certificates: string;
  readonly serviceAccountKey: string;
  readonly tokens: string;
  readonly kubeconfigs: Readonly<Record<User, string>>;
  readonly adminToken: string;
}

/** Keys and tokens of this run. The API server itself writes the certificate. */
export function writeComponentFiles(folder: string, url: string): ComponentFiles {
  const users = Object.keys(USERS) as User[];
  const tokens = Object.fromEntries(users.map((user) => [user, randomBytes(24).toString('hex')])) as Record<
    User,
    string
  >;
  const files = {
    certificates: join(folder, 'certificates'),
    serviceAccountKey: join(folder, 'service-account.pem'),
    tokens: join(folder, 'tokens.csv'),
    kubeconfigs: Object.fromEntries(users.map((user) => [user, join(folder, `${user}.kubeconfig`)])) as Record<
      User,
      string
    >,
  };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const write = (file: string, text: string) => writeFileSync(file, text, { mode: 0o600 });
  write(files.serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  write(files.tokens, users.map((user) => tokenLine(user, tokens[user])).join(''));
  const authority = join(files.certificates, 'apiserver.crt');
  for (const user of users) {
    write(files.kubeconfigs[user], kubeconfig({ url, authority, user, token: tokens[user] }));
  }
  return { ...files, adminToken: tokens.admin };
}

function tokenLine(name: User, token: string): string {
  const { user, group } = { group: '', ...USERS[name] };
  return `${token},${user},${name},"${group}"\n`;
}

interface Access {
  readonly url: string;
  readonly authority: string;
  readonly user: string;
  readonly token: string;
}

function kubeconfig({ url, authority, user, token }: Access): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'slipway-test', cluster: { server: url, 'certificate-authority': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'slipway-test', context: { cluster: 'slipway-test', user } }],
    'current-context': 'slipway-test',
  });
}

export function etcdArgs(folder: string, url: string): string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    '--listen-peer-urls=http://127.0.0.1:0',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

export function apiServerArgs(files: ComponentFiles, at: { readonly etcd: string; readonly port: number }): string[] {
  return [
    `--etcd-servers=${at.etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${at.port}`,
    `--cert-dir=${files.certificates}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // The record of the service `kubernetes` may not have a loopback address, and nothing here looks the record up.
    '--endpoint-reconciler-type=none',
    '--profiling=false',
  ];
}

export function controllerManagerArgs(files: ComponentFiles): string[] {
  return [
    `--kubeconfig=${files.kubeconfigs.controllerManager}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${join(files.certificates, 'apiserver.crt')}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=300',
    '--kube-api-burst=600',
    '--node-monitor-period=1s',
    '--horizontal-pod-autoscaler-sync-period=2s',
    '--resource-quota-sync-period=5s',
    '--controllers=*,-node-ipam-controller,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle-controller',
  ];
}

export function schedulerArgs(files: ComponentFiles): string[] {
  return [
    `--kubeconfig=${files.kubeconfigs.scheduler}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--kube-api-qps=300',
    '--kube-api-burst=600',
  ];
}

export function kwokArgs(files: ComponentFiles, stages: readonly string[]): string[] {
  return [
    `--kubeconfig=${files.kubeconfigs.kwok}`,
    ...stages.map((file) => `--config=${file}`),
    '--manage-all-nodes=true',
    '--node-lease-duration-seconds=40',
    '--node-ip=10.0.0.1',
    '--cidr=10.244.0.0/16',
  ];
}
