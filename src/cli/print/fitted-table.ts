/** A table for a terminal. Where it is too narrow for the columns, each row becomes a block of lines: nothing is cut. */
import { styleText } from 'node:util';
import { wrapped } from './wrapped.ts';

export interface FittedTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly width: number;
}

const GAP = '  ';

export function fittedTable({ head, rows, width }: FittedTable): string[] {
  const widths = head.map((word, column) => Math.max(word.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const total = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (head.length - 1);
  if (total > width)
    return rows.flatMap((row, index) => [...(index === 0 ? [] : ['']), ...block({ head, row, width })]);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  return [styleText('dim', line(head)), ...rows.map(line)];
}

function block({ head, row, width }: { head: readonly string[]; row: readonly string[]; width: number }): string[] {
  const [first = '', ...others] = row;
  const fields = others.flatMap((cell, index) =>
    cell === '' || cell === '-' ? [] : wrapped({ sentence: `${head[index + 1]}: ${cell}`, bullet: '  ', width }),
  );
  return [...wrapped({ sentence: first, width }).map((line) => styleText('bold', line)), ...fields];
}
