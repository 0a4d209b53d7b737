/** A pod such as a version's Deployment would make, to ask the API server whether the namespace lets it in. */
import type { ClusterObject } from './cluster-object.ts';
import { fieldsOf, specOf, templateOf } from './workload-objects.ts';

/** Null when there is no Deployment among the objects. */
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

/** An account that the version itself brings is not there yet, and the pod would be refused for that. */
function withoutOwnAccount(spec: Readonly<Record<string, unknown>>, objects: readonly ClusterObject[]) {
  const { serviceAccountName, serviceAccount, ...rest } = spec;
  const name = serviceAccountName ?? serviceAccount;
  const isOwn = objects.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === name);
  return isOwn ? rest : spec;
}
