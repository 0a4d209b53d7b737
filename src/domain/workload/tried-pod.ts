/** A pod like those of a version's Deployment, for a dry run: would the API server accept it in the namespace? */
import type { ClusterObject } from './cluster-object.ts';
import { fieldsOf, specOf, templateOf } from './workload-objects.ts';

/** Null when the objects include no Deployment. */
export function triedPod(objects: readonly ClusterObject[]): ClusterObject | null {
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined) return null;
  const template = templateOf(deployment);
  const { name, namespace } = deployment.metadata;
  const { labels, annotations } = fieldsOf(template.metadata);
  const metadata = { name: `${name}-slipway-try`, ...(namespace !== undefined && { namespace }) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      ...(labels !== undefined && { labels: fieldsOf(labels) as Readonly<Record<string, string>> }),
      ...(annotations !== undefined && { annotations: fieldsOf(annotations) as Readonly<Record<string, string>> }),
    },
    spec: withoutOwnAccount(specOf(template), objects),
  };
}

/**
 * Leaves out an account that the version itself brings: it does not exist yet, so the API server would refuse the pod.
 */
function withoutOwnAccount(spec: Readonly<Record<string, unknown>>, objects: readonly ClusterObject[]) {
  const { serviceAccountName, serviceAccount, ...rest } = spec;
  const name = serviceAccountName ?? serviceAccount;
  const isOwn = objects.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name);
  return isOwn ? rest : spec;
}
