/** The one place where an SDK error becomes a SlipwayError that says what was attempted and keeps its cause. */
import { type ErrorDetails, type ErrorName, SlipwayError } from '../domain/errors.ts';
import { MANAGED_TAG } from '../domain/lambda/owner-tag.ts';
import { sentence } from '../domain/sentence.ts';

export interface Attempt {
  /** What was attempted, in words that follow "Could not": `move the alias checkout:live`. */
  readonly what: string;
  /** The IAM action that the call needs: `lambda:UpdateAlias`. */
  readonly action: string;
  /** `Transient` when a conflict only means that another operation has not finished yet. */
  readonly conflictIs?: 'Conflict' | 'Transient';
}

export async function attempt<T>(attempted: Attempt, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(error, attempted);
  }
}

export function translate(error: unknown, attempted: Attempt): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const fact = factOf(error);
  const name = nameFor(fact, attempted);
  return new SlipwayError(name, `Could not ${attempted.what}: ${sentence(fact.message)} ${nextStep(name, attempted)}`, {
    cause: error,
    details: detailsOf(fact, name),
  });
}

/** True when the error, or the error behind it, has one of these names. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  if (!(error instanceof Error)) return false;
  return names.includes(error.name) || (error instanceof SlipwayError && isNamed(error.cause, ...names));
}

/** Returns the HTTP status of the SDK's error, or of the error behind a SlipwayError. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof SlipwayError ? statusOf(error.cause) : factOf(error).status;
}

/**
 * * `throttled`: AWS accepts no more calls of this kind for the moment, whatever the call asks for.
 * * `inProgress`: AWS has not finished an operation on the same function.
 * * `denied`: IAM refuses the call.
 *
 * The first two are not the fault of a version, so a rollout waits until they are over.
 */
function detailsOf(fact: Fact, name: ErrorName): ErrorDetails {
  if (name === 'Broken' && isDenied(fact)) return { denied: true };
  if (name !== 'Transient') return {};
  if (isThrottle(fact)) return { throttled: true };
  return isConflict(fact) ? { inProgress: true } : {};
}

/** Some services report a throttle as a plain error with this message. */
function isThrottle({ name, status, message }: Fact): boolean {
  return BUSY.test(name) || status === 429 || RATE.test(message);
}

function isConflict({ name, status }: Fact): boolean {
  return CONFLICT.test(name) || status === 409;
}

/** When AWS forbids a call of Slipway, the error is Broken: the caller did nothing wrong. */
type AwsFailure = Exclude<ErrorName, 'Forbidden'>;

interface Fact {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
}

const BUSY =
  /Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|BandwidthLimitExceeded|PriorRequestNotComplete|ExecutionLimitExceeded|SlowDown/;
const RATE = /\b(rate exceeded|too many requests)\b/i;
const SERVER = /^(ServiceException|ServiceUnavailable|Internal)/;
const NETWORK = /^(TimeoutError|AbortError|RequestTimeout|NetworkingError)/;
const NETWORK_CODE =
  /^(E[A-Z_]*(RESET|TIMEDOUT|REFUSED|PIPE|UNREACH|NOTFOUND|AGAIN)|UND_ERR|ERR_TLS|ERR_SSL|ERR_SOCKET)/;
const DENIED = /AccessDenied|AuthorizationError|UnrecognizedClient|ExpiredToken|InvalidSignature|CredentialsProvider/;
const ABSENT = /NotFound|DoesNotExist/;
const CONFLICT = /Conflict|PreconditionFailed|ConcurrentModification|ConcurrentAccess|AlreadyExists/;
const INVALID = /^(Invalid|Validation|MissingRequiredParameter|MissingParameter|Malformed|SerializationException)/;

function isDenied({ name, status }: Fact): boolean {
  return DENIED.test(name) || status === 401 || status === 403;
}

/** The order matters, because `KMSAccessDeniedException` comes with status 502 and `ResourceNotFound` with 404. */
function nameFor(fact: Fact, { conflictIs = 'Conflict' }: Attempt): AwsFailure {
  const { name, status, code } = fact;
  if (isThrottle(fact)) return 'Transient';
  if (isDenied(fact)) return 'Broken';
  if (NETWORK.test(name) || (code !== undefined && NETWORK_CODE.test(code))) return 'Transient';
  if (ABSENT.test(name) || status === 404) return 'NotFound';
  if (isConflict(fact) || status === 412) return conflictIs;
  if (INVALID.test(name)) return 'InvalidRequest';
  if (SERVER.test(name) || (status !== undefined && status >= 500)) return 'Transient';
  return 'Broken';
}

function nextStep(name: AwsFailure, { action }: Attempt): string {
  switch (name) {
    case 'Transient':
      return 'It may work in a moment.';
    case 'Broken':
      return `Check that the role of this function may do ${action}${ofTagged(action)}, then the cause.`;
    case 'NotFound':
      return 'Check the name, the account and the region.';
    case 'Conflict':
      return 'Someone else changed it; look before you repeat this.';
    case 'InvalidRequest':
      return 'AWS will refuse it again until that is mended.';
  }
}

/**
 * Slipway may call the functions of teams only when the function has Slipway's tag; for an image, its repository must
 * also have the tag.
 */
function ofTagged(action: string): string {
  if (!action.startsWith('lambda:') || action === 'lambda:ListTags') return '';
  const image = action === 'lambda:UpdateFunctionCode' ? ' and, for an image, its repository' : '';
  return `, that the function${image} has the tag ${MANAGED_TAG} = true`;
}

function factOf(error: unknown): Fact {
  if (!(error instanceof Error)) return { name: 'Unknown', message: String(error), status: undefined, code: undefined };
  const { $metadata: metadata, code } = error as Error & { $metadata?: { httpStatusCode?: number }; code?: unknown };
  return {
    name: error.name,
    message: `${error.name}: ${error.message}`,
    status: metadata?.httpStatusCode,
    code: typeof code === 'string' ? code : undefined,
  };
}
