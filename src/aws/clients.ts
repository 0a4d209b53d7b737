/**
 * Settings for the SDK's clients: `new LambdaClient(quickCalls)`. The SDK waits for an answer without end by default, and
 * a rollback must not; no settings here import a client, so that a bundle holds only those it uses.
 */

export interface CallSettings {
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

export interface CallLimits {
  readonly connectMs: number;
  /** From the request to the first byte of the answer. */
  readonly answerMs: number;
  /** The first try and the retries, of throttles and server errors too. */
  readonly tries: number;
}

/** `throwOnRequestTimeout` is what makes the limit one: without it the SDK logs a warning and goes on waiting. */
export function callSettings({ connectMs, answerMs, tries }: CallLimits): CallSettings {
  return {
    maxAttempts: tries,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  };
}

/** For calls that AWS answers in tenths of a second: at most about 12 seconds in all, so that a rollback never hangs. */
export const quickCalls = callSettings({ connectMs: 1_000, answerMs: 3_000, tries: 3 });

/** While a request waits to be let in: at most about 6 seconds in all, before API Gateway gives its authorizer up. */
export const authorizerCalls = callSettings({ connectMs: 1_000, answerMs: 2_000, tries: 2 });

/** For calls that copy or compute: UpdateFunctionCode reads the package from S3 first, GetMetricData reads 500 series. */
export const patientCalls = callSettings({ connectMs: 1_000, answerMs: 20_000, tries: 3 });

/** For invoking a team's own check, which may itself take minutes: one try, because a retry would run it again. */
export const hookCalls = callSettings({ connectMs: 1_000, answerMs: 240_000, tries: 1 });
