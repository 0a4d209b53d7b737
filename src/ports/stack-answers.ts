/** How CloudFormation learns the result of a custom resource while Slipway's own stack is deployed. */
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
