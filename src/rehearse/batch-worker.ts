/** A thread of a rehearsal: runs one batch after the other, and reports the result of each. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, type BatchSource, runBatch } from './batch.ts';
import type { RehearsedRollout } from './rehearsal-result.ts';

export type BatchAnswer = { readonly rollouts: readonly RehearsedRollout[] } | { readonly failure: string };

const source = workerData as BatchSource;

parentPort?.on('message', async (batch: Batch) => {
  parentPort?.postMessage(await answerTo(batch));
});

async function answerTo(batch: Batch): Promise<BatchAnswer> {
  try {
    return { rollouts: await runBatch(source, batch) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
