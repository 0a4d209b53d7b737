import { newRun, type PipelineRun, type RunEvent, type RunFact } from '../../src/domain/pipeline/pipeline-run.ts';

export const STARTED_AT = Date.UTC(2026, 0, 5, 10);
export const REVISION = 'a'.repeat(40);
export const RUN_ID = '11111111-2222-3333-4444-555555555555';

export function aRun(change: Partial<PipelineRun> = {}): PipelineRun {
  return { ...newRun({ id: RUN_ID, service: 'checkout', at: STARTED_AT }), ...change };
}

/**
 * An event, `seconds` after the run began. Its id is its fact, so that a second event with the same fact is the same
 * event.
 */
export function runEvent(fact: RunFact, seconds = 0): RunEvent {
  const at = STARTED_AT + seconds * 1_000;
  return { id: `${JSON.stringify(fact)} ${seconds}`, runId: RUN_ID, at, fact };
}
