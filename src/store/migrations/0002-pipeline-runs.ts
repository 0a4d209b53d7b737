/** The runs of the pipeline, and the run that delivered a deployment. The rules are those of 0001. */
export const pipelineRuns = {
  version: '0002-pipeline-runs',
  statements: [
    `CREATE TABLE IF NOT EXISTS pipeline_runs (
      id text PRIMARY KEY,
      service text NOT NULL,
      revision text,
      status text NOT NULL,
      stages text NOT NULL,
      deployment_id text,
      quarantine text NOT NULL,
      quarantined_for text,
      by text NOT NULL,
      reason text,
      started_at bigint NOT NULL,
      ended_at bigint,
      events text NOT NULL,
      timeline_length integer NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS pipeline_runs_by_quarantine ON pipeline_runs (service, quarantine, started_at, id)',
    'ALTER TABLE deployments ADD COLUMN IF NOT EXISTS pipeline_run text',
  ],
};
