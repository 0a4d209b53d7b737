/** Reads the command line of one command, or of the program when no command is named. */
import { type Command, CommanderError } from 'commander';
import { SlipwayError } from '../../domain/errors.ts';
import type { Declaration, Given, OptionDeclarations, ValuesOf } from './declaration.ts';
import { programFrom } from './program.ts';

export interface ArgumentsOrder<O extends OptionDeclarations> {
  readonly args: readonly string[];
  readonly print: (text: string) => void;
  /** Resolves with the exit code. */
  readonly run: (given: Given<O>) => Promise<number>;
}

/**
 * Runs the command with the parsed arguments, or prints its help. Throws InvalidRequest for words that the command does
 * not take.
 */
export async function withArguments<O extends OptionDeclarations>(
  declaration: Declaration<O>,
  { args, print, run }: ArgumentsOrder<O>,
): Promise<number> {
  const program = programFrom({ declarations: [declaration], print: (text) => print(text.trimEnd()) });
  if (!hasParsed(program, { args: [declaration.name, ...args], declaration })) return 0;
  const [command] = program.commands;
  const parsed = command?.opts() ?? {};
  const values = Object.entries(declaration.options).map(
    ([name, { takes }]) => [name, parsed[attributeOf(name)] ?? (takes === undefined ? false : undefined)] as const,
  );
  return run({ values: Object.fromEntries(values) as ValuesOf<O>, words: command?.args ?? [] });
}

export interface TopLevelOrder {
  readonly declarations: readonly Declaration[];
  readonly args: readonly string[];
  readonly version: string;
  readonly print: (text: string) => void;
}

/** Handles `slipway`, `slipway --version`, `slipway help rehearse`, and a command that does not exist. */
export function answerWithoutCommand({ declarations, args, version, print }: TopLevelOrder): number {
  const program = programFrom({ declarations, print: (text) => print(text.trimEnd()) });
  program.version(version, '-V, --version', 'Says which version of Slipway this is');
  hasParsed(program, { args: wordsOf(args, declarations) });
  return 0;
}

/** `help rehearse` is `rehearse --help`. When the word is not a command, the words after it do not matter. */
function wordsOf([first = '--help', ...others]: readonly string[], declarations: readonly Declaration[]): string[] {
  if (first.startsWith('-')) return [first];
  const name = first === 'help' ? others[0] : first;
  if (name === undefined) return ['--help'];
  return declarations.some((declaration) => declaration.name === name) ? [name, '--help'] : [name];
}

interface Parsing {
  readonly args: readonly string[];
  readonly declaration?: Declaration;
}

/** Returns false when the answer is printed already. */
function hasParsed(program: Command, { args, declaration }: Parsing): boolean {
  try {
    program.parse(args, { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw new SlipwayError('InvalidRequest', sentenceFor(error, declaration), { cause: error });
  }
}

const WRONG_WORDS = ['commander.missingArgument', 'commander.excessArguments', 'commander.invalidArgument'];

function sentenceFor({ code, message }: CommanderError, declaration: Declaration | undefined): string {
  const help = declaration === undefined ? 'slipway --help' : `slipway ${declaration.name} --help`;
  if (declaration !== undefined && WRONG_WORDS.includes(code)) {
    return declaration.wants ?? `slipway ${declaration.name} takes options only. See ${help}`;
  }
  // The first line is the fact. For a word that is close to a known one, the second line is `(Did you mean --seed?)`.
  const [fact = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const meant = hint.replace(/^\((.+)\)$/, ' $1');
  return `${fact.charAt(0).toUpperCase()}${fact.slice(1).replace('argument missing', 'needs a value')}.${meant} See ${help}`;
}

/** The name under which commander keeps the value of an option. */
function attributeOf(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
