/**
 * The table that GET /ready writes, and the indexes by which upkeep finds rows to delete. The rules are those of 0001.
 */
export const upkeep = {
  version: '0007-upkeep',
  statements: [
    `CREATE TABLE IF NOT EXISTS probes (
      slot integer PRIMARY KEY,
      times bigint NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS idempotency_by_age ON idempotency (claimed_at)',
    'CREATE INDEX IF NOT EXISTS evidence_by_age ON evidence (starts_at)',
  ],
};
