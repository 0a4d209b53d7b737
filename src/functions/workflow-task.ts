/**
 * Turns an operation into a task of a state machine. It parses the payload, and throws errors with the literal names
 * that Retry and Catch of the machine match.
 */
import type * as z from 'zod/mini';
import { readFields } from '../api/fields/read-fields.ts';
import type { Measurement } from '../domain/deployment/measurement.ts';
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import type { Measures } from '../ports/measures.ts';
import { awsMeasures } from './aws-measures.ts';
import { factsOfInput, factsOfResult, type Invocation, stateOf } from './line-facts.ts';
import { elapsedMs, loggedError, type WriteLog, writeLog } from './request-log.ts';

export type TaskHandler<R> = (payload: unknown, invocation?: Invocation) => Promise<R>;

/** Measures the task as a stage of a rollout, with the name of its state. */
export function workflowTask<S extends z.ZodMiniType, R>(
  schema: S,
  operation: (input: z.output<S>) => Promise<R>,
): TaskHandler<R> {
  return loggedHandler({ schema, operation, subject: 'task', measures: awsMeasures() });
}

/**
 * The shared part of the wrappers of tasks and events: parse, run, log one line, and throw only Slipway's own errors.
 */
export function loggedHandler<S extends z.ZodMiniType, R>({
  schema,
  operation,
  subject,
  measures,
  log = writeLog,
}: {
  readonly schema: S;
  readonly operation: (input: z.output<S>) => Promise<R>;
  readonly subject: 'task' | 'event';
  readonly measures?: Measures;
  readonly log?: WriteLog;
}): TaskHandler<R> {
  return async (payload, invocation) => {
    const startedAt = performance.now();
    const facts = () => ({ subject, ...factsOfInput(payload, invocation), durationMs: elapsedMs(startedAt) });
    try {
      const result = await operation(parsed({ schema, payload, subject }));
      const line = { level: 'info', message: `${subject} done`, ...facts(), ...factsOfResult(result) } as const;
      log({ ...line, result });
      if (invocation !== undefined) measures?.record([stageDuration(invocation, line.durationMs)]);
      return result;
    } catch (cause) {
      const error = named(cause);
      log({ level: 'error', message: `${subject} failed`, ...facts(), error: loggedError(error) });
      throw error;
    }
  };
}

/** For tasks that succeeded. Lambda itself counts failures, and their times would distort how long the work takes. */
function stageDuration(invocation: Invocation, durationMs: number): Measurement {
  const dimensions = { Step: stateOf(invocation) };
  return { name: 'RolloutStageDuration', value: durationMs, unit: 'Milliseconds', dimensions };
}

function parsed<S extends z.ZodMiniType>({
  schema,
  payload,
  subject,
}: {
  schema: S;
  payload: unknown;
  subject: string;
}): z.output<S> {
  const read = readFields(schema, payload);
  if (read.ok) return read.value;
  const problems = read.errors.map(({ pointer, detail }) => `${pointer || 'the whole'}: ${detail}`).join(' ');
  throw new SlipwayError('InvalidRequest', `The ${subject} has a payload that cannot be read. ${problems}`, {
    details: { errors: read.errors },
  });
}

/** An unknown error has its own name, which no Retry or Catch would match. So it becomes Broken. */
function named(error: unknown): SlipwayError {
  if (isSlipwayError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new SlipwayError('Broken', `The operation broke: ${why}. Its log has the stack.`, { cause: error });
}
