/**
 * History and locks belong to a target, and a target to one service. The rules are those of 0001. fill-targets.ts fills
 * in the values.
 */
export const targets = {
  version: '0004-targets',
  statements: [
    'ALTER TABLE deployments ADD COLUMN IF NOT EXISTS target text',
    'CREATE INDEX IF NOT EXISTS deployments_by_target ON deployments (target, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_target_version ON deployments (target, canary, opened_at, id)',
    `CREATE TABLE IF NOT EXISTS targets (
      target text PRIMARY KEY,
      service text NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS targets_by_service ON targets (service)',
  ],
};
