/**
 * Runs the same rollout a thousand times per scenario, by the shipped operations and state machines in virtual time,
 * against a modelled service. The same seed gives the same result, byte for byte, on any number of threads.
 */
import { availableParallelism } from 'node:os';
import type { Batch } from './batch.ts';
import { runBatches } from './batch-threads.ts';
import type { RehearsalOrder, RehearsalResult } from './rehearsal-result.ts';
import { summaryOf } from './summary.ts';

/** Small enough that the threads end at about the same time, and that progress is visible. */
const BATCH = 20;

/** Throws Broken when a rollout fails, with the rollout's number, which replays it. */
export async function rehearse(order: RehearsalOrder): Promise<RehearsalResult> {
  const { spec, model, scenarios, runs, seed, setting, onProgress } = order;
  const batches = scenarios.flatMap((_, scenario) => batchesOf(scenario, runs));
  const of = scenarios.length * runs;
  let done = 0;
  const results = await runBatches({
    source: { spec, model, scenarios, seed, setting },
    batches,
    workers: order.workers ?? availableParallelism(),
    onDone(rollouts) {
      done += rollouts;
      onProgress?.({ done, of });
    },
  });
  const rolloutsOf = (scenario: number) =>
    batches.flatMap((batch, index) => (batch.scenario === scenario ? (results[index] ?? []) : []));
  return {
    service: spec.name,
    model,
    runs,
    seed,
    scenarios: scenarios.map((scenario, index) => summaryOf(scenario, rolloutsOf(index))),
  };
}

function batchesOf(scenario: number, runs: number): Batch[] {
  return Array.from({ length: Math.ceil(runs / BATCH) }, (_, index) => {
    const from = index * BATCH;
    return { scenario, from, until: Math.min(runs, from + BATCH) };
  });
}
