/**
 * The six ways in which Slipway fails. State machines and HTTP routes branch on the literal name, so the name is
 * never taken from a class: a minifier would change it.
 */
export type ErrorName = 'InvalidRequest' | 'Forbidden' | 'NotFound' | 'Conflict' | 'Transient' | 'Broken';

/** Facts that a caller may show or branch on, for example `pointer`s of bad fields or the id that is in the way. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The only error that Slipway throws. The message states the fact and the next step. */
export class SlipwayError extends Error {
  override readonly name: ErrorName;
  readonly details: ErrorDetails;

  constructor(name: ErrorName, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.details = options.details ?? {};
  }
}

/** True for a Slipway error, of the given name when one is given; works across bundles, where `instanceof` may not. */
export function isSlipwayError(error: unknown, name?: ErrorName): error is SlipwayError {
  if (!(error instanceof Error) || !('details' in error)) return false;
  return name === undefined ? true : error.name === name;
}

/**
 * True when the answer has nothing to do with what was asked: AWS took no more calls at that moment, or had not finished an
 * operation before. A task of a rollout waits it out, and never blames the version for it.
 */
export function isWorthWaiting(error: unknown): error is SlipwayError {
  return isThrottled(error) || (isSlipwayError(error, 'Transient') && error.details.inProgress === true);
}

/** True when too many calls were made at that moment, by whomever. */
export function isThrottled(error: unknown): error is SlipwayError {
  return isSlipwayError(error, 'Transient') && error.details.throttled === true;
}

/** True when IAM refuses it, or would: no repeat helps until somebody has changed a permission or a tag. */
export function isDenied(error: unknown): error is SlipwayError {
  return isSlipwayError(error, 'Broken') && error.details.denied === true;
}
