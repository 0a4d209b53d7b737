/** Text that fits into columns of a terminal. Characters may be one or two columns wide. */
import stringWidth from 'string-width';

const SEGMENTS = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The text, cut to so many columns; an ellipsis says that it is cut. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    const wide = widthOf(segment);
    if (width + wide > columns - 1) break;
    kept += segment;
    width += wide;
  }
  return `${kept}…`;
}

/** The text, cut or filled with blanks to exactly so many columns. */
export function filled(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + ' '.repeat(Math.max(0, columns - widthOf(short)));
}

/** The first lines; an ellipsis at the end of the last one says that there are more. */
export function firstLines(lines: readonly string[], { count, columns }: { count: number; columns: number }): string[] {
  const kept = lines.slice(0, count);
  const last = kept.at(-1);
  if (lines.length <= count || last === undefined) return [...lines];
  return [...kept.slice(0, -1), widthOf(last) + 2 <= columns ? `${last} …` : cut(`${last}  `, widthOf(last))];
}
