/**
 * The commands as a program of the package commander, which parses, writes the help and suggests the word that was
 * meant.
 */
import { Command, Option } from 'commander';
import { SlipwayError } from '../../domain/errors.ts';
import type { Declaration, OptionDeclaration } from './declaration.ts';

/** As wide as the other reports of the command line. */
const WIDTH_MAX = 120;

export interface ProgramOrder {
  readonly declarations: readonly Declaration[];
  /** Prints the help or the version. Errors are thrown. */
  readonly print: (text: string) => void;
}

export function programFrom({ declarations, print }: ProgramOrder): Command {
  const program = new Command('slipway')
    .usage('COMMAND [OPTIONS]')
    .description('Deploys, rolls back and repairs what runs in your own AWS account.')
    .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: print,
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(process.stdout.columns ?? WIDTH_MAX, WIDTH_MAX),
    })
    .exitOverride()
    .helpOption('-h, --help', 'Says this')
    .helpCommand('help [COMMAND]', 'The help of a command')
    .addHelpText('after', '\nslipway COMMAND --help has the options of a command.');
  for (const declaration of declarations) addCommand(program, declaration);
  return program;
}

function addCommand(program: Command, declaration: Declaration): void {
  const { name, summary, about, options, examples, notes } = declaration;
  const command = program
    .command(name)
    .summary(summary)
    .description(about)
    .usage([...declaration.arguments.map(inUsage), '[OPTIONS]'].join(' '))
    .helpOption('-h, --help', 'Says this')
    .addHelpText('after', ['', 'Examples:', ...examples.map((line) => `  ${line}`)].join('\n'));
  if (notes !== undefined) command.addHelpText('after', `\n${notes}`);
  for (const { name: word, summary: meaning, isOptional, choices } of declaration.arguments) {
    const argument = command.createArgument(isOptional ? `[${word}]` : `<${word}>`, meaning);
    command.addArgument(choices === undefined ? argument : argument.choices([...choices]));
  }
  for (const [word, option] of Object.entries(options)) command.addOption(optionFrom(word, option));
}

function inUsage({ name, isOptional }: Declaration['arguments'][number]): string {
  return isOptional ? `[${name}]` : name;
}

function optionFrom(
  word: string,
  { summary, short, takes, isRepeatable, choices, default: usual }: OptionDeclaration,
): Option {
  const flags = `${short === undefined ? '' : `-${short}, `}--${word}${takes === undefined ? '' : ` <${takes}>`}`;
  const option = new Option(flags, isRepeatable ? `${summary} Repeatable.` : summary);
  if (takes === undefined) return option;
  if (usual !== undefined) option.default(usual, [usual].flat().join(', '));
  return option.argParser((value: string, before: unknown) => {
    requireValue(word, value);
    requireChoice(value, { word, choices });
    if (!isRepeatable) return value;
    return Array.isArray(before) && before !== usual ? [...before, value] : [value];
  });
}

/** In `--data --port 3` the value of --data was forgotten: no value of Slipway's options begins like an option. */
function requireValue(word: string, value: string): void {
  if (!value.startsWith('--')) return;
  throw new SlipwayError('InvalidRequest', `The option --${word} needs a value, and ${value} is an option.`);
}

function requireChoice(
  value: string,
  { word, choices }: { readonly word: string; readonly choices: readonly string[] | undefined },
): void {
  if (choices === undefined || choices.includes(value)) return;
  throw new SlipwayError(
    'InvalidRequest',
    `--${word} is ${JSON.stringify(value)}. Write one of ${choices.join(', ')}.`,
  );
}
