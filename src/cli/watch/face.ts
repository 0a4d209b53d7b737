/** How a watch is shown: a screen, lines, or JSON. */
import type { SlipwayClient } from '../../api/client.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Seen, Trouble } from './seen.ts';
import type { Terminal } from './terminal.ts';

export interface FaceOrder {
  readonly client: SlipwayClient;
  readonly id: string;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Ends the watch. The deployment goes on. */
  readonly leave: () => void;
  /** Looks at once, and not only after the pause. */
  readonly look: () => void;
}

export interface Face {
  readonly show: (seen: Seen) => void;
  /** The server does not answer, and is asked again. */
  readonly trouble: (trouble: Trouble) => void;
  readonly close: () => void;
}
