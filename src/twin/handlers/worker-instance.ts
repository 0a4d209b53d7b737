/** One worker thread, which represents one instance of a Lambda function: its start, and its answer to one call. */
import { Worker } from 'node:worker_threads';
import { systemIds } from '../../system.ts';
import type { Failed, InvocationMessage, WorkerAnswer } from './handler-call.ts';
import type { WorkerOrder } from './handler-worker.ts';
import type { PrintedLines } from './printed-lines.ts';

export interface InstanceSettings {
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly context: Readonly<Record<string, string>>;
  /** The ARN without a qualifier. */
  readonly functionArn: string;
}

/** The worker cannot be used any more. */
export type Lost = Omit<Failed, 'kind'> & { readonly kind: 'lost'; readonly isLoading?: boolean };

export interface Instance {
  readonly worker: Worker;
  /** Resolves when the handler is loaded, or with the reason why it cannot be loaded. */
  readonly loaded: Promise<WorkerAnswer | Lost>;
  busy: boolean;
  idleTimer: NodeJS.Timeout | undefined;
}

/** Lambda gives a module 10 seconds to load. */
const LOADING_MAX_MS = 10_000;

export interface InstanceOrder {
  readonly settings: InstanceSettings;
  readonly code: WorkerOrder;
  readonly printed: PrintedLines;
  readonly onExit: (instance: Instance) => void;
}

export function startInstance({ settings, code, printed, onExit }: InstanceOrder): Instance {
  const worker = new Worker(new URL('./handler-worker.ts', import.meta.url), {
    workerData: code satisfies WorkerOrder,
    env: { ...settings.environment },
    execArgv: ['--enable-source-maps'],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
  });
  printed.follow(worker.stdout);
  printed.follow(worker.stderr);
  worker.unref();
  const instance = { worker, loaded: nextAnswer(worker, LOADING_MAX_MS), busy: false, idleTimer: undefined };
  // A handler may fail between two calls. Without a listener, Node would end the whole process.
  worker.on('error', () => {}).on('exit', () => onExit(instance));
  return instance;
}

export interface CallOrder {
  readonly settings: InstanceSettings;
  readonly event: unknown;
  /** The alias or version that was called. */
  readonly qualifier: string | undefined;
}

export async function callInstance({ worker, loaded }: Instance, order: CallOrder): Promise<WorkerAnswer | Lost> {
  const loading = await loaded;
  if (loading.kind === 'lost' || loading.kind === 'failed') return { ...loading, kind: 'lost', isLoading: true };
  worker.postMessage(messageOf(order));
  const answer = await nextAnswer(worker, order.settings.timeoutMs);
  return answer.kind === 'failed' && answer.isLast === true ? { ...answer, kind: 'lost' } : answer;
}

function messageOf({ settings, event, qualifier }: CallOrder): InvocationMessage {
  const { functionArn, timeoutMs, context } = settings;
  const invokedFunctionArn = qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;
  return {
    event: JSON.stringify(event ?? null),
    timeoutMs,
    context: { ...context, invokedFunctionArn, awsRequestId: requestId() },
  };
}

let requests = 0;

/** In the form of a UUID of version 4, as in AWS. */
function requestId(): string {
  requests += 1;
  const hex = systemIds.next('request').slice(-20) + requests.toString(16).padStart(10, '0');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `8${hex.slice(15, 18)}`, hex.slice(18)];
  return parts.join('-');
}

function nextAnswer(worker: Worker, timeoutMs: number): Promise<WorkerAnswer | Lost> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const settle = (answer: WorkerAnswer | Lost) => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', onError).off('exit', onExit);
      resolve(answer);
    };
    const lose = (errorType: string, message: string) =>
      settle({ kind: 'lost', errorType, message, ms: performance.now() - startedAt });
    const onError = (error: unknown) => lose(...deathBy(error));
    const onExit = (status: number) => lose('Runtime.ExitError', `Runtime exited with error: exit status ${status}`);
    const timer = setTimeout(
      () => lose('Sandbox.Timedout', `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`),
      timeoutMs,
    );
    worker.on('message', settle).on('error', onError).on('exit', onExit);
  });
}

function deathBy(error: unknown): [errorType: string, message: string] {
  const { code, message = String(error) } = (error ?? {}) as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return ['Runtime.OutOfMemory', 'Runtime exited with error: signal: killed'];
  return ['Runtime.Unhandled', message];
}
