/**
 * Lets the forward steps of all services share a part of the calls that Lambda's control plane accepts. Each step
 * claims its calls before it makes them. A rollback (takeBack, and the calls before it) never waits for a turn.
 */

import { TURN_AHEAD_MS } from '../../domain/deployment/turns.ts';
import { SlipwayError } from '../../domain/errors.ts';
import { unitFrom } from '../../domain/jitter.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Pause } from '../../ports/pause.ts';
import type { Turns } from '../../ports/turns.ts';

export interface TurnPorts {
  readonly turns: Turns;
  readonly pause: Pause;
  readonly clock: Clock;
}

export interface Calls {
  /** The name of the step, so that a step that comes back finds its turn. */
  readonly claimant: string;
  readonly calls: number;
}

/** The function waits for a turn that is nearer than this: that costs less than to end and come back. */
const NEAR_MS = 3_000;
/** A person or a CI system waits for a preflight. */
const REQUEST_MS = 5_000;
/** Callers that are refused at the same moment come back at different moments within this time. */
const SPREAD_SECONDS = 30;

/**
 * * `now`: the calls may be made.
 * * `afterWait`: the calls may be made, but the function has waited.
 * * `inMs`: the turn comes in that many milliseconds.
 */
export type TurnAnswer = 'now' | 'afterWait' | { readonly inMs: number };

export async function takeTurn({ turns, pause, clock }: TurnPorts, calls: Calls): Promise<TurnAnswer> {
  const { claimed, at } = await turns.claim({ ...calls, withinMs: TURN_AHEAD_MS });
  const inMs = at - clock.now();
  if (!claimed || inMs > NEAR_MS) return { inMs: Math.max(inMs, 1) };
  if (inMs <= 0) return 'now';
  await pause.sleep(inMs);
  return 'afterWait';
}

/**
 * For a request or a check, which cannot come back by itself. Waits for a near turn; otherwise throws Transient with
 * the time to repeat.
 */
export async function requireTurn({ turns, pause, clock }: TurnPorts, calls: Calls): Promise<void> {
  const { claimed, at } = await turns.claim({ ...calls, withinMs: REQUEST_MS });
  const inMs = at - clock.now();
  if (!claimed) {
    const seconds = Math.max(1, Math.ceil(inMs / 1_000)) + Math.floor(unitFrom(calls.claimant) * SPREAD_SECONDS);
    const fact =
      'Lambda takes few calls a second, and those of the next seconds belong to deployments that are under way.';
    throw new SlipwayError('Transient', `${fact} Nothing was changed. Repeat the request in ${seconds} seconds.`, {
      details: { throttled: true, retryAfterSeconds: seconds },
    });
  }
  if (inMs > 0) await pause.sleep(inMs);
}
