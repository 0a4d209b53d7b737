/** Reads and lints the files of `slipway apply`, before anything is asked of a Slipway. */
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { textOf } from '../files/service-file.ts';
import type { LintedFile, LintProblem } from '../lint/lint-problem.ts';
import { type Linted, lintText } from '../lint/lint-text.ts';

export interface AppliedFile extends LintedFile {
  readonly document: Linted['document'];
  /** Null when a problem is an error. */
  readonly spec: ServiceSpec | null;
}

/** Throws InvalidRequest for a file that cannot be read. */
export function readFiles(paths: readonly string[]): AppliedFile[] {
  const files = [...new Set(paths)].map((path): AppliedFile => {
    const text = textOf(path);
    return { path, text, ...lintText(text) };
  });
  return files.map((file) => withNameTaken(file, files));
}

/** Two files of one service would undo each other. */
function withNameTaken(file: AppliedFile, files: readonly AppliedFile[]): AppliedFile {
  const first = files.find(({ spec }) => spec !== null && spec.name === file.spec?.name);
  if (first === undefined || first === file) return file;
  const message = `${first.path} is about ${file.spec?.name} as well. Name one of the two files.`;
  return withProblem(file, { pointer: '/name', message });
}

/** What a server refuses, at its place in the file. */
export function withProblem(
  file: AppliedFile,
  { pointer, message }: { readonly pointer: string; readonly message: string },
): AppliedFile {
  const place = file.document.placeOf(pointer, 'value');
  const problem: LintProblem = { severity: 'error', rule: 'refused', ...place, message };
  return { ...file, spec: null, problems: [...file.problems, problem] };
}
