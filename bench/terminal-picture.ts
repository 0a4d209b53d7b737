/** A terminal as an SVG: one text element for each run of one colour, at its column, so that no font moves a letter. */
import stringWidth from 'string-width';

export interface PictureOrder {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
}

const CELL = { width: 8.4, height: 18, font: 14 } as const;
const EDGE = { side: 16, top: 40 } as const;
/** By the numbers of the escape sequences (ECMA-48, SGR). */
const COLOURS: Readonly<Record<number, string>> = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#76d9e6' };

export function terminalPicture(lines: readonly string[], { columns, rows, title }: PictureOrder): string {
  const width = Math.round(columns * CELL.width + 2 * EDGE.side);
  const height = rows * CELL.height + EDGE.top + EDGE.side;
  const texts = lines.flatMap((line, row) => runsOf(line).map((run) => textOf(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#30363d"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, at) => `<circle cx="${20 + at * 18}" cy="18" r="5.5" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="23" text-anchor="middle" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13" fill="#8b949e">${escaped(title)}</text>`,
    `<g font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${CELL.font}">`,
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

interface Run {
  readonly text: string;
  readonly column: number;
  readonly codes: ReadonlySet<number>;
}

function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let codes: ReadonlySet<number> = new Set();
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character.
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    const code = /\[(\d+)m/.exec(part)?.[1];
    if (code !== undefined) codes = afterCode(codes, Number(code));
    else if (part !== '') {
      runs.push({ text: part, column, codes });
      column += stringWidth(part);
    }
  }
  return runs.filter(({ text }) => text.trim() !== '');
}

function afterCode(codes: ReadonlySet<number>, code: number): ReadonlySet<number> {
  const next = new Set(codes);
  if (code === 22) for (const one of [1, 2]) next.delete(one);
  else if (code === 39) for (const one of Object.keys(COLOURS)) next.delete(Number(one));
  else if (code === 27) next.delete(7);
  else next.add(code);
  return next;
}

function textOf({ text, column, codes }: Run, row: number): string {
  const x = (EDGE.side + column * CELL.width).toFixed(1);
  const y = EDGE.top + (row + 0.75) * CELL.height;
  const fill = [...codes].map((code) => COLOURS[code]).find((colour) => colour !== undefined);
  const colour = fill ?? (codes.has(2) ? '#8b949e' : '#e6edf3');
  const bold = codes.has(1) ? ' font-weight="bold"' : '';
  const length = (stringWidth(text) * CELL.width).toFixed(1);
  return `<text x="${x}" y="${y}" fill="${colour}"${bold} textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(text).replaceAll(' ', '\u00a0')}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
