/** Wraps sentences into lines for a terminal that is 120 characters wide. */
const WIDTH = 120;

/** The lines after the first begin below the first word. */
export function wrapped({ sentence, bullet = '' }: { readonly sentence: string; readonly bullet?: string }): string[] {
  const indent = ' '.repeat(bullet.length);
  const lines: string[] = [];
  let line = bullet;
  for (const word of sentence.split(' ')) {
    const isFirst = line.trim() === bullet.trim();
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
