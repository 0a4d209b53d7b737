/** Who calls a function. */
import type { CallersFact } from '../domain/lambda/callers.ts';
import type { LambdaTarget } from '../domain/service/service-spec.ts';

export interface Callers {
  /**
   * The triggers of the function itself, of the alias and of every other name that had calls, and the calls of the last day by
   * name. What cannot be read, for want of a permission for example, is said in `unread`. Throws Transient; and nothing for a function that is not there.
   */
  read(target: LambdaTarget): Promise<CallersFact>;
}
