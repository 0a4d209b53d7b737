/** The settings with which Slipway's own kubectl runs in a namespace of the tests. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KubectlSettings } from '../../src/kubernetes/run-kubectl.ts';
import type { Namespace } from './a-namespace.ts';

/** The HOME belongs to this kubectl alone, and is removed with the namespace. */
export function kubectlSettings(
  { program, kubeconfig }: Pick<Namespace, 'program' | 'kubeconfig'>,
  as = kubeconfig,
): KubectlSettings & { readonly environment: { readonly HOME: string } } {
  const HOME = mkdtempSync(join(dirname(kubeconfig), 'home-'));
  return { kubectl: program, environment: { PATH: process.env.PATH ?? '', HOME, KUBECONFIG: as } };
}

export interface Access {
  readonly cluster: Readonly<Record<string, string>>;
  readonly user: Readonly<Record<string, string>>;
}

/** Reads the address and credentials from a kubeconfig that a namespace of the tests has written. */
export function accessIn(kubeconfig: string): Access {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  return { cluster: clusters[0].cluster, user: users[0].user };
}

/** Returns the path of a copy of that kubeconfig, with the given changes. */
export function kubeconfigWith(kubeconfig: string, changed: Partial<Access>): string {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const { cluster, user } = changed;
  if (cluster !== undefined) config.clusters[0].cluster = cluster;
  if (user !== undefined) config.users[0].user = user;
  const file = join(mkdtempSync(join(dirname(kubeconfig), 'changed-')), 'kubeconfig');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}
