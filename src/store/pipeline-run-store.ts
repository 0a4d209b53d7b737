/** The pipeline's runs in the database. `PipelineRuns` in src/ports says what it promises. */
import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm';
import { SlipwayError } from '../domain/errors.ts';
import { planRunChange, type RunWrite } from '../domain/pipeline/pipeline-ledger.ts';
import type { PipelineRun, RunChange } from '../domain/pipeline/pipeline-run.ts';
import type { Clock } from '../ports/clock.ts';
import type { PipelineRuns } from '../ports/pipeline-runs.ts';
import { columnsBut, placeholders } from './columns.ts';
import { attempt, type Database, type Orm, prepared, transact } from './database.ts';
import { selectTimeline } from './deployment-queries.ts';
import { writeEntries } from './deployment-rows.ts';
import { pipelineRuns } from './schema.ts';

/**
 * Two first events of a run may both find no row at the same moment. The next try finds the row that the other one
 * wrote.
 */
const RECORD_ATTEMPTS = 3;

export function pipelineRunStore(database: Database, clock: Clock): PipelineRuns {
  const { orm } = database;
  return {
    async find(id) {
      const [run = null] = await attempt(`read pipeline run ${id}`, () => selectRun(orm).execute({ id }));
      return run;
    },
    async record(id, change) {
      for (let attempts = 0; attempts < RECORD_ATTEMPTS; attempts++) {
        const what = `record a change of pipeline run ${id}`;
        const recorded = await transact(database, {
          what,
          work: (within) => recordWithin(within, { id, change, clock }),
        });
        if (recorded !== 'overtaken') return recorded;
      }
      throw new SlipwayError('Transient', `Pipeline run ${id} is being recorded by others. Try again.`);
    },
    timeline: (id) => attempt(`read the timeline of ${id}`, () => selectTimeline(orm).execute({ id })),
    listQuarantined: (service) =>
      attempt(`list what is quarantined of ${service}`, () => selectQuarantined(orm).execute({ service })),
  };
}

interface RecordOrder {
  readonly id: string;
  readonly change: (run: PipelineRun | null) => RunChange | null;
  readonly clock: Clock;
}

async function recordWithin(orm: Orm, { id, change, clock }: RecordOrder): Promise<PipelineRun | null | 'overtaken'> {
  const [stored = null] = await selectForUpdate(orm).execute({ id });
  const decided = change(stored);
  if (decided === null) return stored;
  const write = planRunChange(stored, { ...decided, at: clock.now() });
  if (stored !== null) await updateStored(orm).execute({ ...write.run });
  else if (!(await insertRun(orm, write))) return 'overtaken';
  await Promise.all(writeEntries(orm, write));
  return write.run;
}

async function insertRun(orm: Orm, { run }: RunWrite): Promise<boolean> {
  const rows = await insertFirst(orm).execute({ ...run });
  return rows.length > 0;
}

const insertFirst = prepared((orm) =>
  orm
    .insert(pipelineRuns)
    .values(placeholders(getTableColumns(pipelineRuns)))
    .onConflictDoNothing()
    .returning({ id: pipelineRuns.id })
    .prepare('pipeline_run_insert'),
);

const updateStored = prepared((orm) =>
  orm
    .update(pipelineRuns)
    .set(placeholders(columnsBut(pipelineRuns, ['id'])))
    .where(eq(pipelineRuns.id, sql.placeholder('id')))
    .prepare('pipeline_run_update'),
);

const selectRun = prepared((orm) =>
  orm
    .select()
    .from(pipelineRuns)
    .where(eq(pipelineRuns.id, sql.placeholder('id')))
    .prepare('pipeline_run_read'),
);

const selectForUpdate = prepared((orm) =>
  orm
    .select()
    .from(pipelineRuns)
    .where(eq(pipelineRuns.id, sql.placeholder('id')))
    .for('update')
    .prepare('pipeline_run_for_update'),
);

const selectQuarantined = prepared((orm) =>
  orm
    .select()
    .from(pipelineRuns)
    .where(and(eq(pipelineRuns.service, sql.placeholder('service')), eq(pipelineRuns.quarantine, 'inForce')))
    .orderBy(asc(pipelineRuns.startedAt), asc(pipelineRuns.id))
    .prepare('pipeline_runs_quarantined'),
);
