/** The twin of the port in src/ports/pipeline-runs.ts: the stored runs of the pipeline. */
import { planRunChange } from '../../domain/pipeline/pipeline-ledger.ts';
import type { PipelineRun } from '../../domain/pipeline/pipeline-run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import { frozen } from './frozen.ts';
import { keep, type LedgerState } from './state.ts';

export function twinPipelineRuns(state: LedgerState, clock: Clock): PipelineRuns {
  return {
    find: async (id) => state.pipelineRuns.get(id) ?? null,
    async record(id, change) {
      const stored = state.pipelineRuns.get(id) ?? null;
      const decided = change(stored);
      if (decided === null) return stored;
      const write = planRunChange(stored, { ...decided, at: clock.now() });
      const run = frozen(write.run);
      state.pipelineRuns.set(id, run);
      keep(state, { id, ...write });
      return run;
    },
    timeline: async (id) => [...(state.timeline.get(id) ?? [])],
    listQuarantined: async (service) =>
      [...state.pipelineRuns.values()]
        .filter((run) => run.service === service && run.quarantine === 'inForce')
        .sort(byOldest),
  };
}

function byOldest(one: PipelineRun, other: PipelineRun): number {
  return one.startedAt - other.startedAt || (one.id < other.id ? -1 : 1);
}
