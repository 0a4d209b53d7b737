/**
 * Preflight: finds everything that would go wrong with a deployment of this service now, all at once. It changes
 * nothing.
 */
import type { Finding } from '../../domain/preflight/finding.ts';
import { judgePreflight } from '../../domain/preflight/preflight.ts';
import { onCluster } from '../../domain/service/target.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Services } from '../../ports/services.ts';
import { checkOtherTools } from '../steps/check-other-tools.ts';
import { readTraces } from '../steps/read-target-history.ts';
import { checkBrake } from './check-brake.ts';
import { gatherFacts, type PreflightPorts } from './gather-facts.ts';

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
  const target = onCluster(spec.target);
  if (target === null) return findings;
  const seen = await Promise.all([checkBrake(ports, target), checkOtherTools(ports, target)]);
  return [...findings, ...seen.flat()];
}
