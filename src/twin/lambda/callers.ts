/** The port Callers over the rehearsed Lambda and the measurements. */

import { isSlipwayError } from '../../domain/errors.ts';
import type { CallPeriod } from '../../domain/lambda/callers.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Clock } from '../../ports/clock.ts';
import { BUCKET_MS, type Measurements } from '../measures/measurements.ts';
import type { ControlPlane } from './control-plane.ts';

/** How long figures are kept here. An AWS account keeps them longer, and is asked for one day. */
const LOOK_MS = 3 * 3_600_000;

export interface CallersOrder {
  readonly clock: Clock;
  readonly measured: Measurements;
  /** Ensures that all calls before that time are measured. */
  readonly catchUp: (until: number) => void;
  readonly delayMs: number;
}

export function rehearsedCallers(lambda: ControlPlane, order: CallersOrder): Callers {
  return {
    async read({ function: name, alias }) {
      const calls = callsOf(name, order);
      try {
        const names = new Set(calls.flatMap(({ named }) => Object.keys(named)));
        const triggers = lambda.listTriggers(name, { aliases: [...new Set([alias, ...names])] });
        // The rehearsal reads each answer itself, so here every function counts its server errors.
        return { triggers, calls, countsServerErrors: true, unread: [] };
      } catch (error) {
        if (isSlipwayError(error, 'NotFound')) return { triggers: [], calls, unread: [] };
        if (isSlipwayError(error, 'Transient') || !isSlipwayError(error)) throw error;
        return { triggers: [], calls, unread: [error.message] };
      }
    },
  };
}

/** In periods that begin where buckets begin. Figures that have not arrived yet are missing. */
function callsOf(functionName: string, { clock, measured, catchUp, delayMs }: CallersOrder): readonly CallPeriod[] {
  const until = Math.floor((clock.now() - delayMs) / BUCKET_MS) * BUCKET_MS;
  catchUp(until);
  return measured.callPeriods(functionName, { from: until - LOOK_MS, until });
}
