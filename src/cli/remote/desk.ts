/** Where a command that calls a Slipway reads and prints. */
import { systemClock, systemIds, systemPause } from '../../system.ts';
import type { Terminal } from '../watch/follow-deployment.ts';
import type { ConnectionPorts } from './connection.ts';

export interface RemoteDesk extends ConnectionPorts {
  /** Standard output, and standard error. */
  readonly print: (text: string) => void;
  readonly tell: (text: string) => void;
  /** Columns of the terminal. */
  readonly width: () => number;
  readonly isScreen: () => boolean;
  readonly terminal: () => Terminal;
}

/** Without a terminal, a sentence is one line, so that it can be searched. */
const WIDTH = { withoutTerminal: 1_000, min: 20, max: 120 };

export const remoteDesk: RemoteDesk = {
  clock: systemClock,
  ids: systemIds,
  pause: systemPause,
  print: console.log,
  tell: console.error,
  width() {
    const { columns } = process.stdout;
    return columns === undefined ? WIDTH.withoutTerminal : Math.max(WIDTH.min, Math.min(columns, WIDTH.max));
  },
  isScreen: () => process.stdout.isTTY === true,
  terminal: () => ({ write: (text) => void process.stdout.write(text) }),
  async readInput() {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
    return text;
  },
};
