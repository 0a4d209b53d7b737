/** Who calls a Lambda function, and by which name. */
import type { CallersFact } from '../domain/lambda/callers.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

export interface Callers {
  /**
   * Returns the triggers of the function itself, of the alias and of other names that had calls. Also returns the calls
   * of the last day by name.
   *
   * When a part cannot be read, for example without a permission, `unread` says so. Throws Transient. Does not throw
   * for a function that does not exist.
   */
  read(target: LambdaTarget): Promise<CallersFact>;
}
