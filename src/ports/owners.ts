/** The tags and the ARN of a Lambda function. The tags say which services may deploy to it. */
import type { FunctionTags } from '../domain/lambda/owner-tag.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

/**
 * Tags belong to the function: its aliases and versions have none. Slipway may read the tags of every function, also of
 * a function that it may not change.
 */
export interface Owners {
  /** Returns the value of the tag `slipway:service`; null when the function does not have the tag. Throws NotFound. */
  read(target: LambdaTarget): Promise<string | null>;
  /** Returns the ARN that the function has or would have. Slipway deploys only to its own account and region. */
  arnOf(target: LambdaTarget): Promise<string>;
  /** Returns all tags of a function, by the function's name. Throws NotFound. */
  tags(functionName: string): Promise<FunctionTags>;
}
