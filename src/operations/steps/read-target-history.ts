/**
 * Reads from the ledger what is in flight and what is live on one target, under every name that its service has had.
 */

import { historiesOf, type TargetHistory, type Traced } from '../../domain/deployment/target-history.ts';
import type { Target } from '../../domain/service/service-spec.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';

/** More than the number of deployments that can be opened on one target during a watch and the time after it. */
const LOOKED_THROUGH = 100;

interface HistoryPorts {
  readonly deployments: Pick<Deployments, 'history'>;
}

/** Returns the deployments of the target, the latest first. */
export function readTraces({ deployments }: HistoryPorts, target: Target): Promise<readonly Traced[]> {
  return deployments.history({ target: targetKey(target), limit: LOOKED_THROUGH });
}

export function historyOf(traces: readonly Traced[]): TargetHistory {
  return historiesOf(traces)[0] ?? { inFlight: null, ended: [] };
}

export async function readTargetHistory(ports: HistoryPorts, target: Target): Promise<TargetHistory> {
  return historyOf(await readTraces(ports, target));
}
