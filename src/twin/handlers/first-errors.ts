/**
 * Keeps the first error of each version that runs a real handler, with the last printed lines, so that a person sees
 * the cause. The size is limited, and secrets are removed.
 */
import { redactSecrets } from '../../functions/redact-secrets.ts';
import type { Scheduler } from '../scheduler.ts';
import { LINE_MAX } from './printed-lines.ts';
import type { RunResult } from './worker-pool.ts';

export interface FirstError {
  readonly functionName: string;
  readonly version: string;
  /** For example `TypeError: no such order`. */
  readonly what: string;
  /** Where the error was thrown, innermost frame first. */
  readonly stack: readonly string[];
  /** The last lines that the version printed. */
  readonly printed: readonly string[];
}

export interface FailedCall {
  readonly functionName: string;
  readonly version: string;
  readonly result: RunResult;
  readonly printed: () => readonly string[];
}

/** Lines that were printed before an error arrive up to this long after it. */
const PRINTED_AFTER_MS = 150;
const VERSIONS_MAX = 500;
const WHAT_MAX = 600;
const FRAMES_MAX = 4;
const PRINTED_MAX = 12;
/** Files of the rehearsal itself, which call the handler. */
const OWN_FRAME = /\[worker eval(?: |\])|\/twin\/handlers\/(handler-(call|worker)|worker-\w+)\.ts|node:internal\//;

export interface FirstErrorsOrder {
  readonly scheduler: Scheduler;
  /** Called once for each version. */
  readonly tell: (found: FirstError) => void;
}

export function firstErrors({ scheduler, tell }: FirstErrorsOrder) {
  const seen = new Map<string, FirstError>();
  return {
    /** Notes a call that counts as an error. */
    note({ functionName, version, result, printed }: FailedCall): void {
      const key = `${functionName}:${version}`;
      const what = whatOf(result);
      if (what === null || seen.has(key) || seen.size >= VERSIONS_MAX) return;
      const stack = stackOf(result);
      seen.set(key, { functionName, version, what, stack, printed: [] });
      scheduler.at(scheduler.now() + PRINTED_AFTER_MS, () => {
        const found = { functionName, version, what, stack, printed: printed().slice(-PRINTED_MAX).map(cleaned) };
        // Code was put again during the wait.
        if (!seen.has(key)) return;
        seen.set(key, found);
        tell(found);
      });
    },
    of: (functionName: string, version: string): FirstError | null => seen.get(`${functionName}:${version}`) ?? null,
    /** The versions of the function may have other code from now on. */
    forget(functionName: string): void {
      for (const key of seen.keys()) if (key.startsWith(`${functionName}:`)) seen.delete(key);
    },
  };
}

const ANSWERED = 'It answered ';
/** A part of the line that a wrapper prints for each server error. */
const COUNTED = '"ServerErrors"';
const UNSEEN_IN_AWS =
  'In AWS no alarm and no judge sees such answers until the function counts them: see examples/adopt/wrappers.';

/** The error as one paragraph, for a timeline or a finding. */
export function inWords({ what, stack, printed }: FirstError): string {
  const at = stack[0] === undefined ? '' : ` (${stack[0]})`;
  const unseen =
    what.startsWith(ANSWERED) && !printed.some((line) => line.includes(COUNTED)) ? ` ${UNSEEN_IN_AWS}` : '';
  const last = printed.length === 0 ? '' : ` Printed last: ${printed.slice(-3).join(' | ')}`;
  return `${what}${at}.${unseen}${last}`;
}

function whatOf(result: RunResult): string | null {
  switch (result.outcome) {
    case 'throttled':
      return null;
    case 'failed':
      return cleaned(`${result.errorType}: ${result.message}${adviceOn(result.message)}`).slice(0, WHAT_MAX);
    case 'answered':
      return cleaned(`${ANSWERED}${answerInWords(result.payload)}`).slice(0, WHAT_MAX);
  }
}

function answerInWords(payload: unknown): string {
  const { statusCode, body } = (payload ?? {}) as { statusCode?: unknown; body?: unknown };
  if (statusCode === undefined) return JSON.stringify(payload).slice(0, LINE_MAX);
  return typeof body === 'string' && body !== '' ? `${statusCode}: ${body.slice(0, LINE_MAX)}` : `${statusCode}`;
}

/** Lambda's runtime includes the SDK, so many projects do not install it. */
function adviceOn(message: string): string {
  const found = /Cannot find (?:module|package) '((?:@aws-sdk\/|@smithy\/|aws-sdk)[^'/]*)/.exec(message)?.[1];
  return found === undefined ? '' : `\nIn AWS the runtime brings it. Here: npm install --save-dev ${found}`;
}

function stackOf(result: RunResult): readonly string[] {
  if (result.outcome !== 'failed' || result.stack === undefined) return [];
  return result.stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !OWN_FRAME.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => cleaned(line.trim().slice(0, LINE_MAX)));
}

function cleaned(text: string): string {
  return String(redactSecrets('printed', text));
}
