/**
 * The names of all errors that Slipway throws. State machines and HTTP routes branch on the literal name. The name is
 * never taken from a class, because a minifier would change it.
 */
export type ErrorName = 'InvalidRequest' | 'Forbidden' | 'NotFound' | 'Conflict' | 'Transient' | 'Broken';

/**
 * Facts that a caller may show or branch on, such as the `pointer` of each bad field or the id of the conflicting
 * deployment.
 */
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

/**
 * True for an error of Slipway; with `name`, only for an error of that name. Works across bundles, where `instanceof`
 * may fail.
 */
export function isSlipwayError(error: unknown, name?: ErrorName): error is SlipwayError {
  if (!(error instanceof Error) || !('details' in error)) return false;
  return name === undefined ? true : error.name === name;
}

/**
 * True when the failure does not depend on the request: AWS throttled the call, or had not finished an earlier
 * operation. A task of a rollout waits and tries again, and never blames the version.
 */
export function isWorthWaiting(error: unknown): error is SlipwayError {
  return isThrottled(error) || (isSlipwayError(error, 'Transient') && error.details.inProgress === true);
}

/** True when AWS throttled the call, whoever made the other calls. */
export function isThrottled(error: unknown): error is SlipwayError {
  return isSlipwayError(error, 'Transient') && error.details.throttled === true;
}

/** True when IAM refuses the call, or would refuse it. A retry fails until a person changes a permission or a tag. */
export function isDenied(error: unknown): error is SlipwayError {
  return isSlipwayError(error, 'Broken') && error.details.denied === true;
}
