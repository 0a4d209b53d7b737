/** What the ledger tells of one target: what is in flight, and what is live, whatever its service was called. */
import type { Target } from '../domain/service-spec.ts';
import { targetKey } from '../domain/target.ts';
import { historiesOf, type TargetHistory } from '../domain/target-history.ts';
import type { Deployments } from '../ports.ts';

/** More than can be opened on one target in a watch and the time after it. */
const LOOKED_THROUGH = 100;

export async function readTargetHistory(
  { deployments }: { readonly deployments: Pick<Deployments, 'history'> },
  target: Target,
): Promise<TargetHistory> {
  const traces = await deployments.history({ target: targetKey(target), limit: LOOKED_THROUGH });
  return historiesOf(traces)[0] ?? { inFlight: null, ended: [] };
}
