/** What a function says of itself by its tags. See ports.ts for what holds for every port. */
import type { FunctionTags } from '../domain/owner-tag.ts';
import type { LambdaTarget } from '../domain/service-spec.ts';

/** Tags belong to the function: its aliases and versions have none. They may be read of every function, also of one that is not Slipway's. */
export interface Owners {
  /** The text of the tag `slipway:service`; null when the function has none. Throws NotFound. */
  read(target: LambdaTarget): Promise<string | null>;
  /** All tags of a function, by its name. Throws NotFound. */
  tags(functionName: string): Promise<FunctionTags>;
}
