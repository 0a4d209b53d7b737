/**
 * Reads a deployment again and again until it has ended. A server that does not answer is asked again, more and more
 * rarely: the deployment goes on without it.
 */
import type { SlipwayClient } from '../../api/client.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { visibleAnswer } from '../print/visible.ts';
import type { Evidence, Seen, Shown, Trouble } from './seen.ts';

const LOOK_MS = 2_000;
/** The alarms and the metrics of the evidence change without an entry of the timeline. */
const EVIDENCE_MS = 10_000;
const PAUSE_MAX_MS = 30_000;

export interface ObserveOrder {
  readonly client: SlipwayClient;
  readonly id: string;
  readonly clock: Clock;
  readonly withEvidence: boolean;
  /** Resolves after the time, or earlier when there is a reason to look. */
  readonly sleep: (ms: number) => Promise<void>;
  /** True when nobody watches any more. */
  readonly isOver: () => boolean;
}

/**
 * Yields after each look. It yields a trouble only after a first answer, and until then too when `onTrouble` is given.
 * Throws what the server refuses, such as Forbidden and NotFound.
 */
export async function* observe(
  order: ObserveOrder,
  onTrouble: (trouble: Trouble) => void,
): AsyncGenerator<Seen, void, undefined> {
  const { clock, sleep, isOver } = order;
  const kept = evidenceKept(order);
  let last: Seen | undefined;
  let silentSince: number | null = null;
  let pauseMs = LOOK_MS;
  while (!isOver()) {
    try {
      const deployment = visibleAnswer(await order.client.readDeployment({ id: order.id }));
      last = { deployment, evidence: await kept(deployment), asOf: clock.now(), trouble: null };
      silentSince = null;
      pauseMs = LOOK_MS;
      yield last;
      if (deployment.settledAt != null) return;
    } catch (error) {
      if (!isSlipwayError(error, 'Transient')) throw error;
      silentSince ??= clock.now();
      const trouble = { since: silentSince, because: error.message };
      onTrouble(trouble);
      if (last !== undefined) yield { ...last, trouble };
      pauseMs = Math.min(pauseMs * 1.5, PAUSE_MAX_MS);
    }
    await sleep(pauseMs);
  }
}

/** Reads the evidence again when the timeline has grown, or when some time has passed. */
function evidenceKept({ client, id, clock, withEvidence }: ObserveOrder) {
  let kept: { readonly evidence: Evidence; readonly at: number; readonly entries: number } | null = null;
  return async ({ timeline }: Shown): Promise<Evidence | null> => {
    if (!withEvidence) return null;
    const isFresh = kept !== null && kept.entries === timeline.length && clock.now() - kept.at < EVIDENCE_MS;
    if (isFresh) return kept?.evidence ?? null;
    try {
      const evidence = visibleAnswer(await client.explainDeployment({ id }));
      kept = { evidence, at: clock.now(), entries: timeline.length };
    } catch (error) {
      // The deployment itself could be read, so the older evidence is shown.
      if (!isSlipwayError(error)) throw error;
    }
    return kept?.evidence ?? null;
  };
}
