#!/usr/bin/env node
/**
 * `slipway COMMAND`: finds the command and runs it. A wrong command line is answered with a sentence and the exit code
 * 1.
 */
import { isSlipwayError, SlipwayError } from '../domain/errors.ts';
import { commands } from './all-commands.ts';
import { answerWithoutCommand } from './arguments/read-arguments.ts';
import { ownVersion } from './files/own-version.ts';

// `slipway list | head -1`: the reader has what it wanted, and the rest is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
});
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const found = commands.find(({ declaration }) => declaration.name === name);
  try {
    // `slipway status --version` asks for the version of Slipway, as `slipway --version` does.
    const isVersion = rest.length === 1 && ['--version', '-V'].includes(rest[0] ?? '');
    if (found !== undefined && !isVersion) return await found.run(rest);
    const declarations = commands.map(({ declaration }) => declaration);
    const words = found === undefined ? args : rest;
    const later = found === undefined && name?.startsWith('-') && rest.find(isCommand);
    if (later) throw new SlipwayError('InvalidRequest', `${name} stands before the command. Write it after ${later}.`);
    return answerWithoutCommand({ declarations, args: words, version: ownVersion(), print: console.log });
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    console.error(`\n${error.message}\n`);
    return 1;
  }
}

function isCommand(word: string): boolean {
  return commands.some(({ declaration }) => declaration.name === word);
}
