/** Problems for a person: one line each, and on a terminal the line of the file with a mark below the mistake. */
import { visibleText } from '../../../api/fields/visible-text.ts';
import { wrapped } from '../../print/wrapped.ts';
import type { LintedFile, LintProblem } from '../lint-problem.ts';

export interface TextOrder {
  /** True when the line of the file is shown below each problem. */
  readonly hasExcerpts: boolean;
  readonly width: number;
}

export function lintLines(files: readonly LintedFile[], order: TextOrder): string[] {
  return files.flatMap(({ path, text, problems }) => {
    if (problems.length === 0) return [`${visibleText(path)}: nothing is wrong.`];
    const lines = text.split('\n');
    return problems.flatMap((problem) =>
      problemLines(problem, { path, line: lines[problem.line - 1] ?? '', ...order }),
    );
  });
}

interface Around extends TextOrder {
  readonly path: string;
  /** The line of the file. */
  readonly line: string;
}

function problemLines(problem: LintProblem, { path, line, hasExcerpts, width }: Around): string[] {
  const { line: number, column, severity, rule, message } = problem;
  const place = `${visibleText(path)}:${number}:${column}`;
  if (!hasExcerpts) return [`${place}: ${severity}: ${visibleText(message)} (${rule})`];
  return [
    `${place}  ${severity}  ${rule}`,
    ...wrapped({ sentence: visibleText(message), bullet: '  ', width }),
    '',
    ...excerpt(problem, { line, width }),
    '',
  ];
}

/** A long line is cut at both ends, so that the mark stays below the mistake. */
function excerpt(problem: LintProblem, { line, width }: { readonly line: string; readonly width: number }): string[] {
  const number = String(problem.line);
  const room = Math.max(10, width - number.length - 8);
  const at = problem.column - 1;
  const from = at < room - 10 ? 0 : at - Math.floor(room / 2);
  const shown = oneCharacterEach(line.slice(from, from + room));
  const end = problem.endLine === problem.line ? problem.endColumn - 1 : line.length;
  const marks = Math.max(1, Math.min(end, from + shown.length) - at);
  const edge = ' '.repeat(number.length);
  return [`  ${number} | ${shown}`.trimEnd(), `  ${edge} | ${' '.repeat(at - from)}${'^'.repeat(marks)}`];
}

/** Each unit of the text keeps its column: a character that a terminal would not show becomes a dot. */
function oneCharacterEach(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uFFFD]/gu, (character) =>
    character === '\t' || character === '\r' ? ' ' : '.'.repeat(character.length),
  );
}
