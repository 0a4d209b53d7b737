/**
 * Labels and annotations by which other tools find what is theirs. An object that Slipway makes beside the team's carries none of
 * them: a tool deletes what has its mark and is not in its source. Pods keep theirs, because Services, policies and budgets select
 * by them, and because a pod belongs to its ReplicaSet and is nobody's to prune.
 */
import type { ObjectMeta } from './cluster-object.ts';

/** Whole names; a chart writes other labels under the same prefix, which say what the object is. */
const NAMES: ReadonlySet<string> = new Set([
  'app.kubernetes.io/instance',
  'app.kubernetes.io/managed-by',
  'app.kubernetes.io/created-by',
  'addonmanager.kubernetes.io/mode',
  'kubernetes.io/cluster-service',
  'applyset.kubernetes.io/part-of',
  'cli-utils.sigs.k8s.io/inventory-id',
  'config.k8s.io/owning-inventory',
]);

/** All names in a domain, or below it. */
const DOMAINS: readonly string[] = [
  'argoproj.io',
  'helm.sh',
  'fluxcd.io',
  'flagger.app',
  'kubectl.kubernetes.io',
  'deployment.kubernetes.io',
  'config.kubernetes.io',
  'kustomize.config.k8s.io',
  'skaffold.dev',
  'tilt.dev',
  'devspace.sh',
  'garden.io',
  'werf.io',
  'okteto.com',
  'cattle.io',
  'k14s.io',
  'carvel.dev',
  'pulumi.com',
  'crossplane.io',
  'app.oam.dev',
  'operatorframework.io',
  'operators.coreos.com',
  'configmanagement.gke.io',
  'configsync.gke.io',
  'deploy.cloud.google.com',
  'keel.sh',
  'spinnaker.io',
  'pipecd.dev',
  'harness.io',
  'kots.io',
];

const OLM = /^olm\./;

/** The metadata of an object that Slipway makes out of one of the team's. */
export function withoutMarks<T extends Pick<ObjectMeta, 'labels' | 'annotations'>>(metadata: T): T {
  const { labels, annotations } = metadata;
  return {
    ...metadata,
    ...(labels === undefined ? {} : { labels: unmarked(labels) }),
    ...(annotations === undefined ? {} : { annotations: unmarked(annotations) }),
  };
}

type Named = Readonly<Record<string, string>>;

function unmarked(all: Named): Named {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isMark(name)));
}

/** True for a name by which a tool knows what it has made. */
export function isMark(name: string): boolean {
  const [prefix = '', rest] = name.split('/');
  if (NAMES.has(name) || OLM.test(name)) return true;
  return rest !== undefined && DOMAINS.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}
