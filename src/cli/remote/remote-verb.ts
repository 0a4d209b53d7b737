/**
 * Runs a command that calls a Slipway: parses its words, connects, prints what the server refuses, and gives the exit
 * code.
 */
import { contracts } from '../../api/all-contracts.ts';
import type { Contract } from '../../api/route/contract.ts';
import type { Role } from '../../domain/access/grant.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import type { Declaration, Given, OptionDeclarations, ValuesOf } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { visibleAnswer } from '../print/visible.ts';
import { type Connection, type ConnectionValues, connect } from './connection.ts';
import type { CONNECTION } from './connection-options.ts';
import type { RemoteDesk } from './desk.ts';
import { EXIT_CODES, type ExitName, exitOfError } from './exit-codes.ts';
import { errorDocument, errorLines } from './refusal-lines.ts';

/** The contracts that a command calls, by the client's methods. */
export type Calls = readonly (keyof typeof contracts)[];

export interface Remote extends Connection {
  readonly desk: RemoteDesk;
  readonly isJson: boolean;
  /** Prints the answer with --json, and otherwise the lines that are made from its visible form. */
  readonly show: <T>(answer: T, lines: (visible: T) => readonly string[]) => void;
}

type ConnectionOptions = typeof CONNECTION;

export interface RemoteOrder<O extends OptionDeclarations> {
  readonly args: readonly string[];
  readonly desk: RemoteDesk;
  readonly calls: Calls;
  readonly makesProfile?: true;
  readonly run: (remote: Remote, given: Given<O>) => Promise<ExitName>;
}

export function remoteVerb<O extends OptionDeclarations>(
  declaration: Declaration<O & ConnectionOptions>,
  { args, desk, calls, makesProfile, run }: RemoteOrder<O & ConnectionOptions>,
): Promise<number> {
  return withArguments(declaration, {
    args,
    print: desk.print,
    async run(given) {
      const values = given.values as ValuesOf<ConnectionOptions>;
      const exit = await caught(values, { desk, calls, makesProfile, run: (remote) => run(remote, given) });
      return EXIT_CODES[exit].code;
    },
  });
}

interface Running {
  readonly desk: RemoteDesk;
  readonly calls: Calls;
  readonly makesProfile: true | undefined;
  readonly run: (remote: Remote) => Promise<ExitName>;
}

async function caught(values: ConnectionValues & { readonly json: boolean }, running: Running): Promise<ExitName> {
  const { desk, calls, makesProfile = false, run } = running;
  let connection: Connection | undefined;
  try {
    connection = await connect(values, { needs: roleFor(calls), ports: desk, makesProfile });
    return await run(remoteFrom(connection, { desk, isJson: values.json }));
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    const exit = exitOfError(error);
    const problem = { error, connection };
    if (values.json) desk.print(JSON.stringify(errorDocument(error, exit), null, 2));
    desk.tell(`\n${(await errorLines(problem, desk.width())).join('\n')}\n`);
    return exit;
  }
}

export function remoteFrom(
  connection: Connection,
  { desk, isJson }: { readonly desk: RemoteDesk; readonly isJson: boolean },
): Remote {
  return {
    ...connection,
    desk,
    isJson,
    show(answer, lines) {
      desk.print(isJson ? JSON.stringify(answer, null, 2) : lines(visibleAnswer(answer)).join('\n'));
    },
  };
}

/** The least role with which all calls are let in. An approver does not deploy, so only an admin may do both. */
function roleFor(calls: Calls): Role {
  const needed = new Set(calls.map((name) => (contracts[name] as Contract).needs));
  if (needed.has('admin') || (needed.has('approver') && needed.has('deployer'))) return 'admin';
  return needed.has('approver') ? 'approver' : needed.has('deployer') ? 'deployer' : 'viewer';
}
