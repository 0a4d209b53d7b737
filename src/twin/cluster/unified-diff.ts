/**
 * Shows the changes between two texts as a unified diff with three lines around each change; empty when the texts are
 * equal.
 */
export interface DiffOrder {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

const CONTEXT = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

export function unifiedDiff({ name, before, after }: DiffOrder): string {
  if (before === after) return '';
  const lines = editScript(linesOf(before), linesOf(after));
  const hunks = hunksOf(lines).map(({ from, until }) => hunkText(lines, { from, until }));
  return [`--- live/${name}`, `+++ applied/${name}`, ...hunks, ''].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** By the longest common subsequence, which is fast enough: objects have a few hundred lines. */
function editScript(before: readonly string[], after: readonly string[]): Line[] {
  const lengths = commonLengths(before, after);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      lines.push({ mark: ' ', text: before[i] as string });
      i += 1;
      j += 1;
    } else if (i < before.length && (j >= after.length || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      lines.push({ mark: '-', text: before[i] as string });
      i += 1;
    } else {
      lines.push({ mark: '+', text: after[j] as string });
      j += 1;
    }
  }
  return lines;
}

type Table = readonly (readonly number[])[];

const at = (table: Table, ...[i, j]: [number, number]): number => table[i]?.[j] ?? 0;

function commonLengths(before: readonly string[], after: readonly string[]): Table {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const longest =
        before[i] === after[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
      (table[i] as number[])[j] = longest;
    }
  }
  return table;
}

interface Hunk {
  readonly from: number;
  readonly until: number;
}

function hunksOf(lines: readonly Line[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue;
    const from = Math.max(0, index - CONTEXT);
    const until = Math.min(lines.length, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last === undefined || from > last.until) hunks.push({ from, until });
    else hunks.splice(-1, 1, { from: last.from, until });
  }
  return hunks;
}

function hunkText(lines: readonly Line[], { from, until }: Hunk): string {
  const count = (marks: string, range: readonly Line[]) => range.filter(({ mark }) => marks.includes(mark)).length;
  const earlier = lines.slice(0, from);
  const inside = lines.slice(from, until);
  const place = (marks: string) => {
    const length = count(marks, inside);
    return `${count(marks, earlier) + (length === 0 ? 0 : 1)},${length}`;
  };
  return [`@@ -${place(' -')} +${place(' +')} @@`, ...inside.map(({ mark, text }) => mark + text)].join('\n');
}
