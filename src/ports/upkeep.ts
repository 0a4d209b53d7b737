/** What the ledger may forget after a time, so that it does not grow without end. */

/**
 * `outbox`: messages that got out. `evidence`: the periods of verdicts of deployments that have ended. `keys`: requests that are not
 * remembered any more. `waits`: tokens of deployments that have ended. Nothing else is ever deleted: timelines are the audit trail.
 */
export const FORGOTTEN = ['outbox', 'evidence', 'keys', 'waits'] as const;
export type Forgotten = (typeof FORGOTTEN)[number];

export interface ForgetOrder {
  readonly kind: Forgotten;
  /**
   * Epoch milliseconds. A message that is as old or older is forgotten, and a key that was claimed then. Of evidence both the period and
   * the end of its deployment must be as old. A token has no age.
   */
  readonly before: number;
  /** At most so many rows; 1 to 1,000, well below what Aurora DSQL takes in one transaction. */
  readonly limit: number;
}

export interface Upkeep {
  /** Deletes the oldest rows first, and returns how many: fewer than the limit when none is left. Repeatable, also by two at once. */
  forget(order: ForgetOrder): Promise<number>;
}
