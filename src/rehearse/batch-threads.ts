/**
 * Runs batches in this thread or in several threads. Each thread takes the next batch when its batch is done. The
 * answers keep the order of the batches.
 */
import { Worker } from 'node:worker_threads';
import { SlipwayError } from '../domain/errors.ts';
import { type Batch, type BatchSource, runBatch } from './batch.ts';
import type { BatchAnswer } from './batch-worker.ts';
import type { RehearsedRollout } from './rehearsal-result.ts';

export interface BatchesOrder {
  readonly source: BatchSource;
  readonly batches: readonly Batch[];
  /** 1 means only this thread. */
  readonly workers: number;
  readonly onDone: (rollouts: number) => void;
}

type Run = (batch: Batch) => Promise<readonly RehearsedRollout[]>;

/** Throws Broken when a batch fails; then no further batch begins. */
export async function runBatches(order: BatchesOrder): Promise<readonly (readonly RehearsedRollout[])[]> {
  const { source, batches, onDone } = order;
  const results: (readonly RehearsedRollout[])[] = [];
  let next = 0;
  let isFailed = false;
  const workThrough = async (run: Run) => {
    for (;;) {
      const index = next;
      const batch = batches[index];
      if (batch === undefined || isFailed) return;
      next += 1;
      try {
        results[index] = await run(batch);
      } catch (error) {
        isFailed = true;
        throw error;
      }
      onDone(batch.until - batch.from);
    }
  };
  const workers = Math.min(order.workers, batches.length);
  if (workers <= 1) await workThrough((batch) => runBatch(source, batch));
  else await allOf(Array.from({ length: workers }, () => withThread(source, workThrough)));
  return results;
}

/** Waits for all threads, so that none is left running, and then throws the first failure. */
async function allOf(running: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(running);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/**
 * A rollout makes many objects that live no longer than itself. With more room for young objects there is less garbage
 * collection.
 */
const RESOURCES = { maxYoungGenerationSizeMb: 64 };

async function withThread(source: BatchSource, work: (run: Run) => Promise<void>): Promise<void> {
  const worker = new Worker(new URL('./batch-worker.ts', import.meta.url), {
    workerData: source,
    resourceLimits: RESOURCES,
  });
  try {
    await work((batch) => answerOf(worker, batch));
  } finally {
    await worker.terminate();
  }
}

function answerOf(worker: Worker, batch: Batch): Promise<readonly RehearsedRollout[]> {
  return new Promise((resolve, reject) => {
    const fail = (failure: string) => reject(new SlipwayError('Broken', failure));
    const onMessage = (answer: BatchAnswer) => {
      worker.off('error', onError).off('exit', onExit);
      if ('rollouts' in answer) resolve(answer.rollouts);
      else fail(answer.failure);
    };
    const onError = (error: Error) => fail(`A thread of the rehearsal failed: ${error.message}`);
    const onExit = (code: number) => fail(`A thread of the rehearsal ended with ${code}.`);
    worker.once('message', onMessage).once('error', onError).once('exit', onExit);
    worker.postMessage(batch);
  });
}
