/** One mistake or doubt in a file, with its place. Lines and columns begin at 1. */
export interface LintProblem {
  readonly severity: 'error' | 'warning';
  /** What kind of mistake it is, in one word that never changes. */
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The fact and the next step. */
  readonly message: string;
}

export interface LintedFile {
  /** As it was named on the command line. */
  readonly path: string;
  readonly text: string;
  readonly problems: readonly LintProblem[];
}

/** Offsets in the text. */
export type Span = readonly [from: number, to: number];
