/**
 * The environment of a workload as a ConfigMap that never changes. Another environment gets another name, so that the
 * pods of two versions each keep their own. A rollback of the Deployment brings its configuration back too.
 */
import type { ClusterObject } from './cluster-object.ts';
import { contentHash } from './rendered-hash.ts';
import { metadataOf, type Workload } from './rendered-workload.ts';

/** The ConfigMap is immutable. If two environments ever had the same name, the API server would refuse the second. */
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

/** Sorted by name: the order in which the team writes the variables makes no new version. */
function sortedEnvironment({ target }: Workload): [string, string][] {
  const { environment } = target.manifests;
  return Object.keys(environment)
    .sort()
    .map((name) => [name, String(environment[name])]);
}
