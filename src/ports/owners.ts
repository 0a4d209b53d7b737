/** Whose a function is, as the function itself says it. See ports.ts for what holds for every port. */
import type { LambdaTarget } from '../domain/service-spec.ts';

/** The tag `slipway:service` of functions. */
export interface Owners {
  /** The text of the tag; null when the function has none. Tags belong to the function: its aliases and versions have none. Throws NotFound. */
  read(target: LambdaTarget): Promise<string | null>;
  /** The function's ARN, whether or not it is there: Slipway deploys to its own account and region alone. */
  arnOf(target: LambdaTarget): Promise<string>;
}
