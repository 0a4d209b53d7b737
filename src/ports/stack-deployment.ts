/** What a deployment of the stack itself touches: the tables that it makes, and CloudFormation, which waits to hear of them. */

/** The tables that the ledger is kept in. */
export interface LedgerTables {
  /**
   * Brings them to this version, and lets the IAM roles of the stack use them, where the database knows IAM roles.
   * Repeatable, also after a crash in the middle and by two at once. Throws InvalidRequest for what is no role.
   */
  prepare(roleArns: readonly string[]): Promise<void>;
}

/** Where CloudFormation hears what came of an order to a part of the stack. */
export interface StackAnswers {
  /** Repeatable: the first answer counts. Throws InvalidRequest when the address is not one of CloudFormation's. */
  send(url: string, answer: StackAnswer): Promise<void>;
}

/** In CloudFormation's own words. */
export interface StackAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  /** Shown to whoever deploys. */
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}
