/**
 * Forward steps of all services share a part of the calls that Lambda's control plane takes, and each step claims its own
 * before it makes them. The way back (takeBack, and what comes before it in a rollback) never does.
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
  /** Says who it is, so that a step that comes back finds its turn. */
  readonly claimant: string;
  readonly calls: number;
}

/** A turn that is nearer than this is waited for in the function; it costs less than to end it and to come back. */
const NEAR_MS = 3_000;
/** A person, or a CI system, waits for a preflight. */
const REQUEST_MS = 5_000;
/** Callers that are sent away at one moment come back at different ones, over this long. */
const SPREAD_SECONDS = 30;

/** `now`: the calls may be made. `afterWait`: so they may, but time has passed. Otherwise: in so many milliseconds. */
export type TurnAnswer = 'now' | 'afterWait' | { readonly inMs: number };

export async function takeTurn({ turns, pause, clock }: TurnPorts, calls: Calls): Promise<TurnAnswer> {
  const { claimed, at } = await turns.claim({ ...calls, withinMs: TURN_AHEAD_MS });
  const inMs = at - clock.now();
  if (!claimed || inMs > NEAR_MS) return { inMs: Math.max(inMs, 1) };
  if (inMs <= 0) return 'now';
  await pause.sleep(inMs);
  return 'afterWait';
}

/** For a request or a check, which cannot come back by itself: throws Transient, with when to repeat it, or waits a moment. */
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
