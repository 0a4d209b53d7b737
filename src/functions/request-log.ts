/**
 * One line of JSON for each request, task and event: what was done, how it ended, how long it took. Powertools adds the
 * time, the X-Ray trace and the level that the function's own settings ask for.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { redactSecrets } from './redact-secrets.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly durationMs: number;
  readonly error?: LoggedError;
  readonly [field: string]: unknown;
}

export interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError | undefined;
}

export type WriteLog = (line: LogLine) => void;

/** Made with the first line, which is written after the work: what it costs to open the streams is not on an alarm's way. */
let logger: Logger | undefined;

export const writeLog: WriteLog = ({ level, message, ...fields }) => {
  logger ??= new Logger({ serviceName: 'slipway', jsonReplacerFn: redactSecrets });
  logger[level](message, fields);
};

/** Whole milliseconds with three places, since the mark that `performance.now()` gave. */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1_000) / 1_000;
}

/** An error with its causes, as deep as a log needs. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: String(error) };
  const { name, message, stack, cause } = error;
  const deeper = cause === undefined || depth >= 4 ? undefined : loggedError(cause, depth + 1);
  return { name, message, stack, cause: deeper };
}
