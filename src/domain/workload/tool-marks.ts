/**
 * The labels and annotations by which other tools find their objects. An object that Slipway makes beside the team's
 * has none of them: a tool deletes an object that has the tool's mark but is not in its source. Pods keep theirs:
 * Services, policies and budgets select by them, and tools prune no pod.
 */
import type { ObjectMeta } from './cluster-object.ts';

/** These are whole names: a chart writes other labels with the same prefix that only describe the object. */
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

/** All names in one of these domains or below it are marks. */
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

/** The metadata of an object that Slipway makes from an object of the team. */
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

/** True for a name by which a tool recognizes the objects that it made. */
export function isMark(name: string): boolean {
  const [prefix = '', rest] = name.split('/');
  if (NAMES.has(name) || OLM.test(name)) return true;
  return rest !== undefined && DOMAINS.some((domain) => prefix === domain || prefix.endsWith(`.${domain}`));
}
