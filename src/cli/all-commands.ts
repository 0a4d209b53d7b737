/**
 * Every command and its code, which is loaded only when the command runs: `start` needs a database, `simulate` does
 * not.
 */
import type { Declaration } from './arguments/declaration.ts';
import { ADOPT } from './declarations/adopt.ts';
import { CALIBRATE } from './declarations/calibrate.ts';
import { DEMO } from './declarations/demo.ts';
import { INIT } from './declarations/init.ts';
import { REHEARSE } from './declarations/rehearse.ts';
import { SIMULATE } from './declarations/simulate.ts';
import { START } from './declarations/start.ts';
import { TOKEN } from './declarations/token.ts';

export interface Command {
  readonly declaration: Declaration;
  /** Resolves with the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** In the order of the help. */
export const commands: readonly Command[] = [
  { declaration: START, run: async (args) => (await import('./commands/start.ts')).start(args) },
  { declaration: DEMO, run: async (args) => (await import('./commands/demo.ts')).demo(args) },
  { declaration: SIMULATE, run: async (args) => (await import('./commands/simulate.ts')).simulate(args) },
  { declaration: REHEARSE, run: async (args) => (await import('./commands/rehearse.ts')).rehearse(args) },
  { declaration: CALIBRATE, run: async (args) => (await import('./commands/calibrate.ts')).calibrate(args) },
  { declaration: INIT, run: async (args) => (await import('./commands/init.ts')).init(args) },
  { declaration: ADOPT, run: async (args) => (await import('./commands/adopt.ts')).adopt(args) },
  { declaration: TOKEN, run: async (args) => (await import('./commands/token.ts')).token(args) },
];
