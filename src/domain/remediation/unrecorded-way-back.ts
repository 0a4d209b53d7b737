/**
 * Plans a rollback without the ledger, when the database cannot be reached: an alarm's event and the aliases of a
 * function must be enough.
 */

import type { LiveSplit, OwnSplit } from '../deployment/traffic-record.ts';
import { PIN_PREFIX } from '../lambda/pin.ts';
import type { LambdaTarget } from '../service/service-spec.ts';

/** An alias of a function, as AWS shows it without the ledger. */
export interface AliasSplit extends LiveSplit {
  readonly target: LambdaTarget;
}

/** A function that an alarm measures; `alias` is null when the alarm measures all calls of the function together. */
export interface MeasuredFunction {
  readonly function: string;
  readonly alias: string | null;
}

/**
 * Returns the order that sends all calls to the stable version, for an alias that the alarm measures and whose calls
 * are split. A weight marks a canary of Slipway, or of a person who tries a version.
 *
 * Returns null for any other alias. A promotion may be watched or long settled, and only the ledger knows which. A pin
 * has no calls.
 */
export function unrecordedWayBack(alias: AliasSplit, measured: readonly MeasuredFunction[]): OwnSplit | null {
  const { target, stable, canary, revision } = alias;
  const isMeasured = measured.some(
    (one) => one.function === target.function && (one.alias === null || one.alias === target.alias),
  );
  const isPin = target.alias.startsWith(PIN_PREFIX);
  return isMeasured && !isPin && canary !== null ? { target, stable, canary, revision } : null;
}
