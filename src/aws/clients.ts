/**
 * Settings for the SDK's clients: `new LambdaClient(quickCalls)`. By default the SDK waits for an answer without limit,
 * and a rollback must not. This file imports no client, so that a bundle holds only the clients that it uses.
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
  /** The number of tries, including retries of throttles and server errors. */
  readonly tries: number;
}

/** Only `throwOnRequestTimeout` makes the limit effective: without it the SDK logs a warning and keeps waiting. */
export function callSettings({ connectMs, answerMs, tries }: CallLimits): CallSettings {
  return {
    maxAttempts: tries,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: connectMs, requestTimeout: answerMs, throwOnRequestTimeout: true },
  };
}

/**
 * For calls that AWS answers in tenths of a second: at most about 12 seconds in all, so that a rollback never hangs.
 */
export const quickCalls = callSettings({ connectMs: 1_000, answerMs: 3_000, tries: 3 });

/**
 * While a request waits for its authorizer: at most about 6 seconds in all, before API Gateway gives up on the
 * authorizer.
 */
export const authorizerCalls = callSettings({ connectMs: 1_000, answerMs: 2_000, tries: 2 });

/**
 * For calls that copy or compute: UpdateFunctionCode first reads the package from S3, and GetMetricData reads 500
 * series.
 */
export const patientCalls = callSettings({ connectMs: 1_000, answerMs: 20_000, tries: 3 });

/**
 * For the call of a team's own hook, which may take minutes: only one try, because a retry would run the hook again.
 */
export const hookCalls = callSettings({ connectMs: 1_000, answerMs: 240_000, tries: 1 });
