/**
 * Every command and its code, which is loaded only when the command runs: `start` needs a database, `simulate` does
 * not.
 */
import type { Declaration } from './arguments/declaration.ts';
import { ADOPT } from './declarations/adopt.ts';
import { CALIBRATE } from './declarations/calibrate.ts';
import { DEMO } from './declarations/demo.ts';
import { DEPLOY, RETRY, ROLLBACK, RUN } from './declarations/deploying.ts';
import { INIT } from './declarations/init.ts';
import { EXPLAIN, LIST, STATUS } from './declarations/reading.ts';
import { REHEARSE } from './declarations/rehearse.ts';
import { CHECK, RELEASE, REMOVE, SERVICES } from './declarations/services.ts';
import { ACCESS, COMPLETION, DOCS, LOGIN, LOGOUT, OPEN, WHOAMI } from './declarations/session.ts';
import { SIGNALS } from './declarations/signals.ts';
import { SIMULATE } from './declarations/simulate.ts';
import { START } from './declarations/start.ts';
import { TOKEN } from './declarations/token.ts';

export interface Command {
  readonly declaration: Declaration;
  /** Resolves with the exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The commands that act on a Slipway, here or in AWS. */
const remote: readonly Command[] = [
  { declaration: DEPLOY, run: async (args) => (await import('./commands/deploy.ts')).deploy(args) },
  { declaration: ROLLBACK, run: async (args) => (await import('./commands/rollback.ts')).rollback(args) },
  { declaration: STATUS, run: async (args) => (await import('./commands/status.ts')).status(args) },
  { declaration: LIST, run: async (args) => (await import('./commands/list.ts')).list(args) },
  { declaration: EXPLAIN, run: async (args) => (await import('./commands/explain.ts')).explain(args) },
  ...Object.values(SIGNALS).map((declaration) => ({
    declaration,
    run: async (args: readonly string[]) =>
      (await import('./commands/signals.ts')).signal(declaration.name as keyof typeof SIGNALS)(args),
  })),
  { declaration: RETRY, run: async (args) => (await import('./commands/rollback.ts')).retry(args) },
  { declaration: SERVICES, run: async (args) => (await import('./commands/services.ts')).services(args) },
  { declaration: CHECK, run: async (args) => (await import('./commands/services.ts')).check(args) },
  { declaration: REMOVE, run: async (args) => (await import('./commands/services.ts')).remove(args) },
  { declaration: RELEASE, run: async (args) => (await import('./commands/services.ts')).release(args) },
  { declaration: RUN, run: async (args) => (await import('./commands/run.ts')).run(args) },
  { declaration: LOGIN, run: async (args) => (await import('./commands/login.ts')).login(args) },
  { declaration: LOGOUT, run: async (args) => (await import('./commands/login.ts')).logout(args) },
  { declaration: WHOAMI, run: async (args) => (await import('./commands/login.ts')).whoami(args) },
  { declaration: ACCESS, run: async (args) => (await import('./commands/access.ts')).access(args) },
  { declaration: OPEN, run: async (args) => (await import('./commands/open.ts')).open(args) },
  { declaration: DOCS, run: async (args) => (await import('./commands/open.ts')).docs(args) },
];

/** The commands that work on this machine alone. */
const local: readonly Command[] = [
  { declaration: START, run: async (args) => (await import('./commands/start.ts')).start(args) },
  { declaration: DEMO, run: async (args) => (await import('./commands/demo.ts')).demo(args) },
  { declaration: SIMULATE, run: async (args) => (await import('./commands/simulate.ts')).simulate(args) },
  { declaration: REHEARSE, run: async (args) => (await import('./commands/rehearse.ts')).rehearse(args) },
  { declaration: CALIBRATE, run: async (args) => (await import('./commands/calibrate.ts')).calibrate(args) },
  { declaration: INIT, run: async (args) => (await import('./commands/init.ts')).init(args) },
  { declaration: ADOPT, run: async (args) => (await import('./commands/adopt.ts')).adopt(args) },
  { declaration: TOKEN, run: async (args) => (await import('./commands/token.ts')).token(args) },
  {
    declaration: COMPLETION,
    run: async (args) => {
      const { completion } = await import('./commands/completion.ts');
      return completion({ args, declarations: commands.map(({ declaration }) => declaration) });
    },
  },
];

/** In the order of the help. */
export const commands: readonly Command[] = [...remote, ...local];
