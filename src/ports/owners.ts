/** What a function says of itself by its tags. */
import type { FunctionTags } from '../domain/lambda/owner-tag.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

/** Tags belong to the function: its aliases and versions have none. They may be read of every function, also of one that is not Slipway's. */
export interface Owners {
  /** The text of the tag `slipway:service`; null when the function has none. Throws NotFound. */
  read(target: LambdaTarget): Promise<string | null>;
  /** The function's ARN, whether or not it is there: Slipway deploys to its own account and region alone. */
  arnOf(target: LambdaTarget): Promise<string>;
  /** All tags of a function, by its name. Throws NotFound. */
  tags(functionName: string): Promise<FunctionTags>;
}
