/**
 * The environment of a workload as a ConfigMap that is never changed: another environment is another name, so that pods
 * of two versions each keep their own, and an undo of the Deployment brings its configuration back with it.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { metadataOf, type Workload } from './rendered-workload.ts';

/** Should two environments ever share a name, the API server refuses the second, because the first is immutable. */
export function configMap(workload: Workload): ClusterObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(workload, configSuffix(workload)),
    immutable: true,
    data: Object.fromEntries(sortedEnvironment(workload)),
  };
}

export function configName(workload: Workload): string {
  return `${workload.target.workload}${configSuffix(workload)}`;
}

function configSuffix(workload: Workload): string {
  return `-config-${contentHash(JSON.stringify(sortedEnvironment(workload)))}`;
}

/** By name: the order in which the team wrote the variables makes no new version. */
function sortedEnvironment({ target }: Workload): [string, string][] {
  const { environment } = target.manifests;
  return Object.keys(environment)
    .sort()
    .map((name) => [name, String(environment[name])]);
}
