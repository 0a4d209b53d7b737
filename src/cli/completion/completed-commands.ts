/** What a shell completes, for the scripts of all shells. */
import type { Declaration } from '../arguments/declaration.ts';

export interface CompletedOption {
  /** With its dashes: `--json`. */
  readonly name: string;
  readonly summary: string;
  /** Undefined for a flag. */
  readonly takes?: string | undefined;
  readonly choices: readonly string[];
}
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** The words that the first argument may be; empty when any word is allowed. */
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
}

const HELP: CompletedOption = { name: '--help', summary: 'Says this', choices: [] };

export function completedCommands(declarations: readonly Declaration[]): CompletedCommand[] {
  return declarations.map(({ name, summary, arguments: words, options }) => ({
    name,
    summary,
    words: words[0]?.choices ?? [],
    options: [
      ...Object.entries(options).map(([option, { summary, takes, choices = [] }]) => ({
        name: `--${option}`,
        summary,
        takes,
        choices,
      })),
      HELP,
    ],
  }));
}

/** A text between single quotes of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
