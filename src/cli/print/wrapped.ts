/** Wraps sentences into lines of a terminal. */

/** The width of the reports that do not ask the terminal. */
const WIDTH = 120;

export interface WrapOrder {
  readonly sentence: string;
  readonly bullet?: string;
  readonly width?: number;
}

/** The lines after the first begin below the first word. */
export function wrapped({ sentence, bullet = '', width = WIDTH }: WrapOrder): string[] {
  const indent = ' '.repeat(bullet.length);
  const lines: string[] = [];
  let line = bullet;
  for (const word of sentence.split(' ')) {
    const isFirst = line.trim() === bullet.trim();
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
