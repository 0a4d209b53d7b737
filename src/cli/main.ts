#!/usr/bin/env node
/**
 * `slipway COMMAND`: finds the command and runs it. A wrong command line is answered with a sentence and the exit code
 * 1.
 */
import { readFileSync } from 'node:fs';
import { isSlipwayError } from '../domain/errors.ts';
import { commands } from './all-commands.ts';
import { answerWithoutCommand } from './arguments/read-arguments.ts';
import { guardTerminal } from './print/terminal.ts';

guardTerminal();
process.exitCode = await run(process.argv.slice(2));

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const found = commands.find(({ declaration }) => declaration.name === name);
  try {
    if (found !== undefined) return await found.run(rest);
    const declarations = commands.map(({ declaration }) => declaration);
    return answerWithoutCommand({ declarations, args, version: version(), print: console.log });
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    console.error(`\n${error.message}\n`);
    return 1;
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
