/** One call of a function in the simulation, and how a test may change the ports of the call. */

import type { Life } from '../twin/cloud/fault-plan.ts';
import type { Ports } from '../twin/workflow/tasks.ts';

/** Plants a bug between the operations and their ports: the returned ports replace the real ones. */
export type Tamper = (ports: Ports, pause: (ms: number) => Promise<void>) => Ports;

export interface Caller {
  readonly functionKey: string;
  readonly deploymentId: string | null;
  /** Set for a handler of an alarm's event. */
  readonly alarm?: string;
  /** Passed by a caller that must know afterwards whether a fault struck. */
  readonly life?: Life;
}
