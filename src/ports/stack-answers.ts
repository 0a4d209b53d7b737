/** Tells CloudFormation the result of a custom resource while Slipway's own stack is deployed. */
export interface StackAnswers {
  /**
   * Repeatable: only the first answer counts. Throws InvalidRequest when the address does not belong to CloudFormation.
   */
  send(url: string, answer: StackAnswer): Promise<void>;
}

/** An answer with the field names of CloudFormation. */
export interface StackAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  /** CloudFormation shows it to the person who deploys the stack. */
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}
