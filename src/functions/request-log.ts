/**
 * One line of JSON for each request, task and event: what was done, how it ended, how long it took, with the time and the
 * X-Ray trace. The names of the fields are those of Powertools' logger, so its queries in CloudWatch work here too.
 */
import { config } from '../config.ts';
import { systemClock } from '../system.ts';
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

/** Lambda's words for an application log level, the least first. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

export const writeLog: WriteLog = (line) => {
  const text = logText(line, {
    at: systemClock.now(),
    least: config.LOG_LEVEL ?? 'INFO',
    traceId: config.XRAY_TRACE_ID,
  });
  if (text === null) return;
  const stream = line.level === 'info' ? process.stdout : process.stderr;
  stream.write(`${text}\n`);
};

export interface LogContext {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The least level that is written. */
  readonly least: string;
  readonly traceId: string | undefined;
}

/** Null when the line is below the least level. A level that does not exist counts as INFO. */
export function logText({ level: name, message, ...fields }: LogLine, { at, least, traceId }: LogContext) {
  const level = name.toUpperCase();
  const rank = LEVELS.indexOf(least);
  if (LEVELS.indexOf(level) < (rank === -1 ? LEVELS.indexOf('INFO') : rank)) return null;
  const common = { level, message, timestamp: new Date(at).toISOString(), service: 'slipway', xray_trace_id: traceId };
  return JSON.stringify({ ...common, ...fields }, (field, value) =>
    typeof value === 'bigint' ? String(value) : redactSecrets(field, value),
  );
}

/** Returns milliseconds with three decimal places, since the mark that `performance.now()` gave. */
export function elapsedMs(since: number): number {
  return Math.round((performance.now() - since) * 1_000) / 1_000;
}

/** Returns an error with its causes, at most five deep. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: String(error) };
  const { name, message, stack, cause } = error;
  const deeper = cause === undefined || depth >= 4 ? undefined : loggedError(cause, depth + 1);
  return { name, message, stack, cause: deeper };
}
