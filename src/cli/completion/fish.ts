/** The completion script of fish. */
import type { CompletedCommand, CompletedOption } from './completed-commands.ts';

export function fishCompletion(commands: readonly CompletedCommand[]): string {
  return [
    '# slipway completion fish',
    ...commands.map(
      ({ name, summary }) => `complete -c slipway -f -n __fish_use_subcommand -a ${name} -d ${fishQuoted(summary)}`,
    ),
    ...commands.flatMap(({ name, words, options }) => [
      ...words.map((word) => `complete -c slipway -f -n ${within(name)} -a ${fishQuoted(word)}`),
      ...options.map((option) => optionLine(name, option)),
    ]),
  ].join('\n');
}

function optionLine(command: string, { name, summary, takes, choices }: CompletedOption): string {
  const value = takes === undefined ? '' : choices.length > 0 ? ` -x -a ${fishQuoted(choices.join(' '))}` : ' -r';
  return `complete -c slipway -n ${within(command)} -l ${name.replace(/^--/, '')}${value} -d ${fishQuoted(summary)}`;
}

function within(command: string): string {
  return fishQuoted(`__fish_seen_subcommand_from ${command}`);
}

/** Between single quotes, fish knows two escapes. */
function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
