/** What a request may ask of a deployment in flight, and the record of the requests that the deployment took up. */
import { ADVANCES, RETREATS } from './signal.ts';

/** What a request asked of an existing deployment: to roll back, to deploy, or a signal. */
export const REQUESTED_ACTIONS = ['back', 'deploy', ...RETREATS, ...ADVANCES] as const;

export type RequestedAction = (typeof REQUESTED_ACTIONS)[number];

/** A request that a deployment in flight has taken up. */
export interface TakenUp {
  readonly what: RequestedAction;
  readonly by: string;
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
}
