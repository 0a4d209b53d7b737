/** One page of a list, as the store returns it and the API presents it. */
import type { Deployment } from './deployment.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** The answer to a list of deployments. */
export interface DeploymentsPage extends Page<Deployment> {
  /** The ids of those whose promoted version is live now; left out when that is not known. */
  readonly live?: readonly string[];
}
