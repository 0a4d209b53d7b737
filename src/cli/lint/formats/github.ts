/** Problems as commands of a GitHub workflow, which shows them at the line of a pull request. */
import type { LintedFile } from '../lint-problem.ts';

export function githubLines(files: readonly LintedFile[]): string[] {
  return files.flatMap(({ path, problems }) =>
    problems.map(({ severity, rule, line, column, endLine, endColumn, message }) => {
      // GitHub marks columns only within one line.
      const columns = endLine === line ? { col: column, endColumn } : { col: column };
      const properties = { file: path, line, endLine, ...columns, title: `slipway ${rule}` };
      const written = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
      return `::${severity} ${written.join(',')}::${escaped(message)}`;
    }),
  );
}

/** As @actions/core escapes: otherwise a line of a message could be another command. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
