/**
 * Each statement is one DDL statement, repeatable, within the subset of PostgreSQL that Aurora DSQL accepts. A released
 * migration is never edited. The previous version of Slipway still runs while the stack is deployed, in rollouts in
 * flight, and after a stack update was rolled back. So a migration only adds, and code that does not know an addition
 * may leave it out.
 */
export const ledger = {
  version: '0001-ledger',
  statements: [
    `CREATE TABLE IF NOT EXISTS services (
      name text PRIMARY KEY,
      spec text NOT NULL,
      revision integer NOT NULL,
      updated_at bigint NOT NULL,
      updated_by text NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS service_revisions (
      service text NOT NULL,
      revision integer NOT NULL,
      at bigint NOT NULL,
      by text NOT NULL,
      spec text NOT NULL,
      PRIMARY KEY (service, revision, at)
    )`,
    `CREATE TABLE IF NOT EXISTS service_alarms (
      alarm text NOT NULL,
      service text NOT NULL,
      PRIMARY KEY (alarm, service)
    )`,
    'CREATE INDEX IF NOT EXISTS service_alarms_by_service ON service_alarms (service)',
    `CREATE TABLE IF NOT EXISTS deployments (
      id text PRIMARY KEY,
      service text NOT NULL,
      kind text NOT NULL,
      status text NOT NULL,
      spec text NOT NULL,
      spec_revision integer NOT NULL,
      artifact text NOT NULL,
      commit text,
      reason text,
      by text NOT NULL,
      request_key text,
      stable text,
      canary text,
      at_percent double precision NOT NULL,
      live_revision text,
      fence bigint NOT NULL,
      steps text NOT NULL,
      progress text NOT NULL,
      signal text,
      ignored_alarms text NOT NULL,
      opened_at bigint NOT NULL,
      deadline_at bigint NOT NULL,
      settled_at bigint,
      watch_until bigint,
      because text,
      replaces text,
      replaced_by text,
      timeline_length integer NOT NULL,
      once_key text UNIQUE
    )`,
    'CREATE INDEX IF NOT EXISTS deployments_by_age ON deployments (opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_service ON deployments (service, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_status ON deployments (status, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_service_status ON deployments (service, status, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_version ON deployments (service, canary, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS deployments_by_watch ON deployments (watch_until)',
    `CREATE TABLE IF NOT EXISTS locks (
      service text PRIMARY KEY,
      deployment_id text,
      fence bigint NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS timeline (
      deployment_id text NOT NULL,
      sequence integer NOT NULL,
      at bigint NOT NULL,
      kind text NOT NULL,
      by text NOT NULL,
      because text NOT NULL,
      data text NOT NULL,
      PRIMARY KEY (deployment_id, sequence)
    )`,
    `CREATE TABLE IF NOT EXISTS outbox (
      id text PRIMARY KEY,
      channel text NOT NULL,
      service text NOT NULL,
      deployment_id text NOT NULL,
      severity text NOT NULL,
      at bigint NOT NULL,
      subject text NOT NULL,
      body text NOT NULL,
      published boolean NOT NULL,
      published_at bigint
    )`,
    'CREATE INDEX IF NOT EXISTS outbox_by_age ON outbox (published, at, id)',
    'CREATE INDEX IF NOT EXISTS outbox_by_deployment ON outbox (deployment_id, published, at, id)',
    `CREATE TABLE IF NOT EXISTS waits (
      deployment_id text PRIMARY KEY,
      token text NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS incidents (
      id text PRIMARY KEY,
      service text NOT NULL,
      alarm text NOT NULL,
      status text NOT NULL,
      deployment_id text,
      opened_at bigint NOT NULL,
      closed_at bigint,
      paged_at bigint,
      because text NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS incidents_by_service ON incidents (service, opened_at, id)',
    'CREATE INDEX IF NOT EXISTS incidents_by_status ON incidents (status, opened_at, id)',
    `CREATE TABLE IF NOT EXISTS remediations (
      incident_id text NOT NULL,
      rung integer NOT NULL,
      service text NOT NULL,
      action text NOT NULL,
      status text NOT NULL,
      started_at bigint NOT NULL,
      verify_until bigint,
      settled_at bigint,
      because text NOT NULL,
      PRIMARY KEY (incident_id, rung)
    )`,
    'CREATE INDEX IF NOT EXISTS remediations_by_service ON remediations (service, started_at)',
    `CREATE TABLE IF NOT EXISTS idempotency (
      key text PRIMARY KEY,
      request_hash text NOT NULL,
      claimed_at bigint NOT NULL,
      status integer,
      body text,
      headers text
    )`,
    `CREATE TABLE IF NOT EXISTS freezes (
      id text PRIMARY KEY,
      service text,
      starts_at bigint NOT NULL,
      ends_at bigint NOT NULL,
      reason text NOT NULL,
      by text NOT NULL
    )`,
    'CREATE INDEX IF NOT EXISTS freezes_by_end ON freezes (ends_at)',
    `CREATE TABLE IF NOT EXISTS evidence (
      deployment_id text NOT NULL,
      starts_at bigint NOT NULL,
      canary_requests double precision NOT NULL,
      canary_errors double precision NOT NULL,
      canary_duration_p99_ms double precision,
      stable_requests double precision NOT NULL,
      stable_errors double precision NOT NULL,
      stable_duration_p99_ms double precision,
      PRIMARY KEY (deployment_id, starts_at)
    )`,
  ],
};
