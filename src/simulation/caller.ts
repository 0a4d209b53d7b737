/** One call of a function in the simulation, and how a test may change the ports that it gets. */

import type { Life } from '../twin/cloud/fault-plan.ts';
import type { Ports } from '../twin/workflow/tasks.ts';

/** Plants a bug between the operations and their ports: what it returns is used in the place of the real ones. */
export type Tamper = (ports: Ports, pause: (ms: number) => Promise<void>) => Ports;

export interface Caller {
  readonly functionKey: string;
  readonly deploymentId: string | null;
  /** Of a handler of an alarm's event. */
  readonly alarm?: string;
  /** Given by a caller that wants to know afterwards whether a fault struck. */
  readonly life?: Life;
}
