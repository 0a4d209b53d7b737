/** A verdict as a timeline entry: at a judge step, and when a look between the steps rolls the canary back or ends a bake. */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import type { EntryDraft } from '../../domain/deployment/timeline.ts';
import type { Evidence, Verdict } from '../../domain/verdict/verdict.ts';

export interface Reached {
  readonly verdict: Verdict;
  /** In the stored form, see `keptEvidence`. */
  readonly evidence: readonly Evidence[];
}

export function verdictEntry({ verdict, evidence }: Reached, { atPercent }: Deployment): EntryDraft {
  const data = { verdict: verdict.kind, evidence, atPercent };
  return { kind: 'VerdictReached', by: 'slipway', because: `${verdict.kind}: ${verdict.because}.`, data };
}
