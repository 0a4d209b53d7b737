/** The tables of the ledger, which a deployment of Slipway's own stack brings to its version. */
export interface LedgerTables {
  /**
   * Brings them to this version, and lets the IAM roles of the stack use them, where the database knows IAM roles.
   * Repeatable, also after a crash in the middle and by two at once. Throws InvalidRequest for what is no role.
   */
  prepare(roleArns: readonly string[]): Promise<void>;
}
