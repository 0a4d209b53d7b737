/** Problems as SARIF 2.1.0, which code scanning of GitHub, GitLab and Azure DevOps reads. */
import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LintedFile } from '../lint-problem.ts';

const RULES: Readonly<Record<string, string>> = {
  yaml: 'The file is not the YAML of one service',
  unknownField: 'The field does not exist',
  wrongValue: 'The value is not allowed',
  missingField: 'A field is missing',
  alarmsNamed: 'No alarm can take a bad version back',
  judgeDecides: 'The judge may decide nothing',
  watchIsSet: 'No alarm is listened to after the promotion',
};

export function sarifText(files: readonly LintedFile[], { version }: { readonly version: string }): string {
  const found = [...new Set(files.flatMap(({ problems }) => problems.map(({ rule }) => rule)))].sort();
  const driver = {
    name: 'slipway lint',
    version,
    rules: found.map((id) => ({ id, shortDescription: { text: RULES[id] ?? id } })),
  };
  const results = files.flatMap(({ path, problems }) =>
    problems.map(({ severity, rule, line, column, endLine, endColumn, message }) => ({
      ruleId: rule,
      ruleIndex: found.indexOf(rule),
      level: severity,
      message: { text: message },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(path) },
            region: { startLine: line, startColumn: column, endLine, endColumn },
          },
        },
      ],
    })),
  );
  // The parser counts columns as UTF-16 code units.
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  return JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2);
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Relative to the folder of the repository, with / between the folders; a file elsewhere has its whole address. */
function uriOf(path: string): string {
  if (path === '-') return 'standard-input';
  const inside = isAbsolute(path) ? relative(process.cwd(), path) : path;
  if (isAbsolute(inside) || inside.startsWith('..')) return pathToFileURL(path).href;
  return inside.split(sep).map(encodeURIComponent).join('/');
}
