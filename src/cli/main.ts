#!/usr/bin/env node
import { isSlipwayError } from '../domain/errors.ts';

/** Each command is loaded only when it is asked for: `start` brings a database, `simulate` does not need one. */
const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  start: {
    summary: 'Run Slipway and a rehearsal cloud on this machine  [--port N] [--data DIR] [--service slipway.yml]',
    load: async () => (await import('./commands/start.ts')).start,
  },
  demo: {
    summary: 'Deploy a good version and a bad one, and see the bad one taken back',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  simulate: {
    summary: 'Run whole rollouts with faults in virtual time  [--seed N] [--seeds COUNT]',
    load: async () => (await import('./commands/simulate.ts')).simulate,
  },
  rehearse: {
    summary: 'Roll a service out a thousand times in virtual time  slipway.yml [--help for its options]',
    load: async () => (await import('./commands/rehearse.ts')).rehearse,
  },
  calibrate: {
    summary: 'Propose weights, bakes and a judge that keep what you ask  slipway.yml [--help for its options]',
    load: async () => (await import('./commands/calibrate.ts')).calibrate,
  },
  init: {
    summary: 'Write slipway.yml for a service that runs already  [FILE or FOLDER] [--function NAME] [--help]',
    load: async () => (await import('./commands/init.ts')).init,
  },
  adopt: {
    summary: 'Give a live function its alias, tag and alarms, after asking  -f slipway.yml [--yes] [--region REGION]',
    load: async () => (await import('./commands/adopt.ts')).adopt,
  },
  token: {
    summary:
      'Make a token  create --role ROLE --service NAME --subject WHO [--hours N] [--stage STAGE] [--region REGION]',
    load: async () => (await import('./commands/token.ts')).token,
  },
};

/** Resolves with the exit code. */
type Command = (args: string[]) => Promise<number>;

const [name = 'help', ...args] = process.argv.slice(2);
process.exitCode = await run(name, args);

async function run(command: string, rest: string[]): Promise<number> {
  const found = commands[command];
  if (found === undefined) return help(command);
  try {
    return await (await found.load())(rest);
  } catch (error) {
    if (!isSlipwayError(error) && !isBadArgument(error)) throw error;
    console.error(`\n${error.message}\n`);
    return 1;
  }
}

function isBadArgument(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function help(command: string): number {
  const isAsked = ['help', '--help', '-h'].includes(command);
  if (!isAsked) console.error(`There is no command ${command}.\n`);
  console.log('Usage: slipway COMMAND [OPTIONS]\n');
  for (const [word, { summary }] of Object.entries(commands)) console.log(`  ${word.padEnd(10)}${summary}`);
  return isAsked ? 0 : 1;
}
