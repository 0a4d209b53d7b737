/**
 * One call of a handler, like Lambda's runtime for Node. The answer is a promise, a returned value, or a callback,
 * which Lambda accepts up to Node 22. A callback's answer waits until the event loop is empty, unless the handler
 * chooses otherwise.
 */
import { parentPort } from 'node:worker_threads';
import { isStreaming, type StreamingHandler, streamedAnswer } from './streamed-response.ts';

export type Handler = (
  event: unknown,
  context: unknown,
  callback: (error: unknown, result?: unknown) => void,
) => unknown;

export interface InvocationMessage {
  readonly event: string;
  readonly timeoutMs: number;
  readonly context: Readonly<Record<string, string>>;
}

export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answered'; readonly payload: string; readonly ms: number }
  | Failed;

export interface Failed {
  readonly kind: 'failed';
  readonly errorType: string;
  readonly message: string;
  readonly ms: number;
  readonly stack?: string;
  /** True when the instance ends with this answer. */
  readonly isLast?: boolean;
}

type Answer = Omit<Extract<WorkerAnswer, { kind: 'answered' }>, 'ms'> | Omit<Failed, 'ms'>;

/** Never rejects. */
export async function answerOf(handler: Handler, message: InvocationMessage): Promise<Answer> {
  try {
    return answered(await resultOf(handler, message));
  } catch (error) {
    return failure(error);
  } finally {
    onceNothingIsLeft(null);
  }
}

function answered(result: unknown): Answer {
  try {
    return { kind: 'answered', payload: JSON.stringify(result) ?? 'null' };
  } catch {
    const message = 'Unable to stringify response body';
    return { kind: 'failed', errorType: 'Runtime.JSONStringifyError', message };
  }
}

const CALLBACK_PARAMETERS = 3;

async function resultOf(handler: Handler, { event, timeoutMs, context }: InvocationMessage): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const endsAt = performance.now() + timeoutMs;
  let waits = true;
  let isCalled = false;
  const settle = (action: () => void) => {
    if (isCalled) return;
    isCalled = true;
    if (waits) onceNothingIsLeft(action);
    else action();
  };
  const callback = (error: unknown, result?: unknown) =>
    settle(() => (error === undefined || error === null ? resolve(result) : reject(error)));
  const whole = {
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value: boolean) {
      waits = value;
    },
    succeed: (result: unknown) => callback(null, result),
    fail: (error: unknown) => callback(error ?? 'handled'),
    done: callback,
    clientContext: undefined,
    identity: undefined,
    ...context,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
  };
  if (isStreaming(handler)) {
    const streaming = handler as unknown as StreamingHandler;
    return Promise.race([streamedAnswer((stream) => streaming(JSON.parse(event), stream, whole)), neverSettled()]);
  }
  const returned = handler(JSON.parse(event), whole, callback);
  if (isPromise(returned)) return Promise.race([returned, neverSettled()]);
  if (returned !== undefined && handler.length < CALLBACK_PARAMETERS) return returned;
  // When the handler never calls back, the answer is null once the event loop is empty.
  if (!isCalled) onceNothingIsLeft(() => resolve(null));
  return promise;
}

let whenNothingIsLeft: (() => void) | null = null;
process.on('beforeExit', () => {
  const action = whenNothingIsLeft;
  onceNothingIsLeft(null);
  action?.();
});

/** Runs one action at a time. Without this, the open port alone would keep the event loop busy for ever. */
function onceNothingIsLeft(action: (() => void) | null): void {
  whenNothingIsLeft = action;
  if (action === null) parentPort?.ref();
  else parentPort?.unref();
}

function neverSettled(): Promise<never> {
  return new Promise((_, reject) => {
    onceNothingIsLeft(() => {
      const message = 'The handler has not answered, and nothing is left that it could wait for';
      reject(Object.assign(new Error(message), { name: 'Runtime.ExitError', stack: '' }));
    });
  });
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

const STACK_MAX = 2_000;

/** The failure in the form of Lambda's runtime. A thrown value that is not an error is reported by its type. */
export function failure(error: unknown): Omit<Failed, 'ms'> {
  if (!(error instanceof Error)) return { kind: 'failed', errorType: typeof error, message: String(error) };
  const { name, message, stack = '' } = error;
  return { kind: 'failed', errorType: name, message, stack: stack.slice(0, STACK_MAX) };
}
