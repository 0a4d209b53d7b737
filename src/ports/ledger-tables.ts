/** The tables of the ledger. Deploying Slipway's own stack migrates them. */
export interface LedgerTables {
  /**
   * Migrates the tables to this version of Slipway. Where the database supports IAM roles, it also lets the stack's
   * roles use the tables. Repeatable, also after a crash in the middle and with concurrent callers. Throws
   * InvalidRequest for an ARN that is not of a role.
   */
  prepare(roleArns: readonly string[]): Promise<void>;
}
