/** One line of JSON for each request, task and event: what was done, how it ended, how long it took. */
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

export const writeLog: WriteLog = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
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
