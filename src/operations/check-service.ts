/** Preflight: what would go wrong with a deployment of this service now, all of it at once. Changes nothing. */
import type { Finding } from '../domain/finding.ts';
import { judgePreflight } from '../domain/preflight.ts';
import type { Clusters } from '../ports/clusters.ts';
import type { Deployments, Services } from '../ports.ts';
import { checkBrake } from './check-brake.ts';
import { checkOtherTools } from './check-other-tools.ts';
import { gatherFacts, type PreflightPorts } from './gather-facts.ts';
import { readTraces } from './read-target-history.ts';

export interface CheckServicePorts extends PreflightPorts {
  readonly services: Services;
  readonly clusters: Clusters;
  readonly deployments: Pick<Deployments, 'history'>;
}

export async function checkService(
  ports: CheckServicePorts,
  { name }: { readonly name: string },
): Promise<readonly Finding[]> {
  const { spec } = await ports.services.read(name);
  const traces = await readTraces(ports, spec.target);
  const findings = judgePreflight(await gatherFacts(ports, { spec, wantedName: null, hotfix: false, traces }));
  if (spec.target.kind !== 'kubernetes') return findings;
  const onCluster = await Promise.all([checkBrake(ports, spec.target), checkOtherTools(ports, spec.target)]);
  return [...findings, ...onCluster.flat()];
}
