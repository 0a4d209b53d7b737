/**
 * Turns an operation into a listener to EventBridge events. A failure is thrown, so that the event is delivered again.
 */
import type * as z from 'zod/mini';
import { loggedHandler, type TaskHandler } from './workflow-task.ts';

export function eventListener<S extends z.ZodMiniType, R>(
  schema: S,
  operation: (event: z.output<S>) => Promise<R>,
): TaskHandler<R> {
  return loggedHandler({ schema, operation, subject: 'event' });
}
