/** Columns of text, as wide as their content: the first column is left-aligned, the others right-aligned. */
export interface TextTable {
  /** Each head has one or two lines. */
  readonly head: readonly (readonly string[])[];
  readonly rows: readonly (readonly string[])[];
}

const GAP = '  ';

export function textTable({ head, rows }: TextTable): string[] {
  const all = [...head, ...rows];
  const columns = Math.max(...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (row[0] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join(GAP)
      .trimEnd();
  return all.map(line);
}
