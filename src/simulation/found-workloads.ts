/** Workloads that another tool made before Slipway: their first deployment adopts them. */
import type { KubernetesTarget, ServiceSpec } from '../domain/service/service-spec.ts';
import type { SimulatedCluster } from '../twin/cluster/simulated-cluster.ts';
import type { Random } from '../twin/random.ts';
import { workloadNames } from './checkers/workload-names.ts';

/** Draws which workloads run already, among those that Slipway has not deployed yet: about half of them. */
export function drawFound(
  random: Random,
  { services, firstVersions }: { readonly services: readonly ServiceSpec[]; readonly firstVersions: readonly string[] },
): readonly string[] {
  return workloadNames(services).filter((name) => !firstVersions.includes(name) && random.chance(0.5));
}

/** Makes the workload like another tool, before Slipway: with its own labels, and a Service before its pods. */
export function setFound(cluster: SimulatedCluster, { namespace, workload }: KubernetesTarget): void {
  const metadata = { name: workload, namespace };
  const labels = { app: workload };
  const resources = { requests: { cpu: '50m', memory: '32Mi' } };
  const containers = [{ name: 'app', image: 'good:0', ports: [{ name: 'http', containerPort: 8080 }], resources }];
  const template = { metadata: { labels }, spec: { containers } };
  const ports = [{ port: 80, targetPort: 8080 }];
  const make = (kind: { apiVersion: string; kind: string }, spec: object) =>
    cluster.changeByHand({ manager: 'helm', ref: { ...kind, metadata }, change: { metadata: { labels }, spec } });
  make({ apiVersion: 'v1', kind: 'Service' }, { selector: labels, ports });
  make({ apiVersion: 'apps/v1', kind: 'Deployment' }, { replicas: 2, selector: { matchLabels: labels }, template });
}
