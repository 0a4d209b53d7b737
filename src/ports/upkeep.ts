/** Deletes what the ledger no longer needs, so that it does not grow without end. */

/**
 * The kinds of rows that Slipway deletes. It deletes nothing else: timelines are the audit trail.
 * * `outbox`: messages that were published.
 * * `evidence`: the periods of verdicts of deployments that have ended.
 * * `keys`: requests that are no longer remembered.
 * * `waits`: tokens of deployments that have ended.
 */
export const FORGOTTEN = ['outbox', 'evidence', 'keys', 'waits'] as const;
export type Forgotten = (typeof FORGOTTEN)[number];

export interface ForgetOrder {
  readonly kind: Forgotten;
  /**
   * Epoch milliseconds; a row must be as old as this or older. For a message and a key that is the row's own time. For
   * evidence, both the period and the end of its deployment must be as old. Tokens have no age.
   */
  readonly before: number;
  /** The most rows to delete, 1 to 1,000. That is well below the limit of Aurora DSQL for one transaction. */
  readonly limit: number;
}

export interface Upkeep {
  /**
   * Deletes the oldest rows first and returns their number. A number below the limit means that none is left.
   * Repeatable, also for concurrent callers.
   */
  forget(order: ForgetOrder): Promise<number>;
}
