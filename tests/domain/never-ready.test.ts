import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { wasNeverReady } from '../../src/domain/workload/workload-health.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 10, 0, second)).toISOString();
const pod = (conditions: readonly object[], metadata: object = {}): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'orders-1', creationTimestamp: at(0), ...metadata },
  status: { startTime: at(1), conditions },
});
const ready = (status: string, second: number) => ({ type: 'Ready', status, lastTransitionTime: at(second) });
const deployment = (conditions: readonly object[] = []): ClusterObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders-canary', generation: 1 },
  spec: {},
  status: { observedGeneration: 1, conditions },
});
const refused = deployment([{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }]);
const ending = { deletionTimestamp: at(9) };

test.each<[string, readonly (ClusterObject | null)[], readonly ClusterObject[], boolean]>([
  ['each has said so from the start', [deployment()], [pod([ready('False', 1)]), pod([])], true],
  ['one is ready', [deployment()], [pod([ready('False', 1)]), pod([ready('True', 4)])], false],
  ['one has lost its readiness', [deployment()], [pod([ready('False', 8)])], false],
  ['one is ending and was ready', [deployment()], [pod([ready('False', 8)], ending)], false],
  ['Kubernetes refuses them', [null, refused], [], true],
  ['none is there, and nobody says why', [null, deployment()], [], false],
])('it is certain that no pod was ever ready only when that is known: %s', (_when, deployments, pods, expected) => {
  expect(wasNeverReady({ deployments, pods })).toBe(expected);
});
