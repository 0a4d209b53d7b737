/** What an alarm's event and the aliases of a function say together, when the ledger cannot be asked. */

import type { LiveSplit, OwnSplit } from '../deployment/traffic-record.ts';
import { PIN_PREFIX } from '../lambda/pin.ts';
import type { LambdaTarget } from '../service/service-spec.ts';

/** An alias of a function, as AWS alone shows it. */
export interface AliasSplit extends LiveSplit {
  readonly target: LambdaTarget;
}

/** A function whose figures an alarm looks at; `alias` is null when it looks at all of them together. */
export interface MeasuredFunction {
  readonly function: string;
  readonly alias: string | null;
}

/**
 * Of an alias that the alarm looks at, and whose calls are divided: all calls to its own version. Slipway gives a canary its share by
 * a weight, and a person who tries a version does the same. Null for any other: a promotion may be watched or long settled, and only the
 * ledger knows which; and a pin has no calls.
 */
export function unrecordedWayBack(alias: AliasSplit, measured: readonly MeasuredFunction[]): OwnSplit | null {
  const { target, stable, canary, revision } = alias;
  const isMeasured = measured.some(
    (one) => one.function === target.function && (one.alias === null || one.alias === target.alias),
  );
  const isPin = target.alias.startsWith(PIN_PREFIX);
  return isMeasured && !isPin && canary !== null ? { target, stable, canary, revision } : null;
}
