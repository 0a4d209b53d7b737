/** `slipway lint -f slipway.yml`: says what is wrong with files, for a person, a CI job or code scanning. */
import { isSlipwayError, SlipwayError } from '../../domain/errors.ts';
import type { Given } from '../arguments/declaration.ts';
import { withArguments } from '../arguments/read-arguments.ts';
import { LINT } from '../declarations/lint.ts';
import { ownVersion } from '../files/own-version.ts';
import { textOf } from '../files/service-file.ts';
import { githubLines } from '../lint/formats/github.ts';
import { sarifText } from '../lint/formats/sarif.ts';
import { lintLines } from '../lint/formats/text.ts';
import type { LintedFile, LintProblem } from '../lint/lint-problem.ts';
import { lintText } from '../lint/lint-text.ts';

export interface LintDesk {
  /** Standard output. */
  readonly print: (text: string) => void;
  readonly isTerminal: boolean;
  /** The columns of the terminal. */
  readonly width: number;
  /** Throws InvalidRequest for a file that cannot be read. */
  readonly read: (path: string) => string;
}

const desk: LintDesk = {
  print: console.log,
  isTerminal: process.stdout.isTTY === true,
  // A pseudo terminal without a size has 0 columns.
  width: process.stdout.columns || 80,
  read: textOf,
};

export function lint(args: readonly string[], at: LintDesk = desk): Promise<number> {
  return withArguments(LINT, { args, print: at.print, run: async (given) => lintFiles(given, at) });
}

function lintFiles({ values: { file = [], format, strict }, words }: Given<typeof LINT.options>, at: LintDesk): number {
  const show = FORMATS[format];
  if (show === undefined) {
    throw new SlipwayError(
      'InvalidRequest',
      `There is no format ${JSON.stringify(format)}. Write one of ${Object.keys(FORMATS).join(', ')}.`,
    );
  }
  // A shell may name a file twice, by two patterns.
  const paths = new Set([...words, ...file]);
  const files = (paths.size === 0 ? ['slipway.yml'] : [...paths]).map((path) =>
    linted(path, { read: at.read, isStrict: strict }),
  );
  at.print(show(files, at));
  return files.some(hasError) ? 1 : 0;
}

const FORMATS: Readonly<Record<string, (files: readonly LintedFile[], desk: LintDesk) => string>> = {
  text: (files, { isTerminal, width }) => lintLines(files, { hasExcerpts: isTerminal, width }).join('\n').trimEnd(),
  json: (files) => JSON.stringify({ files: files.map(({ path, problems }) => ({ path, problems })) }, null, 2),
  github: (files) => githubLines(files).join('\n'),
  sarif: (files) => sarifText(files, { version: ownVersion() }),
};

interface Reading {
  readonly read: LintDesk['read'];
  readonly isStrict: boolean;
}

/** One file that cannot be read is a problem of this file: the others are still linted. */
function linted(path: string, { read, isStrict }: Reading): LintedFile {
  try {
    const text = read(path);
    const problems = lintText(text).problems.map((problem) => (isStrict ? asError(problem) : problem));
    return { path, text, problems };
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    return { path, text: '', problems: [{ severity: 'error', rule: 'unreadable', ...start, message: error.message }] };
  }
}

function asError(problem: LintProblem): LintProblem {
  return { ...problem, severity: 'error' };
}

function hasError({ problems }: LintedFile): boolean {
  return problems.some(({ severity }) => severity === 'error');
}
