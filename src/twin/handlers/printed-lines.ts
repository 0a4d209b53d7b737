/**
 * Keeps the last lines that a version printed, with a limit on their number and length. A handler that prints much does
 * not fill the memory.
 */
import type { Readable } from 'node:stream';

const LINES_MAX = 40;
export const LINE_MAX = 300;

export interface PrintedLines {
  /** Reads the output from now on. */
  follow(output: Readable): void;
  list(): readonly string[];
}

export function lastLines(): PrintedLines {
  const lines: string[] = [];
  return {
    follow(output) {
      let rest = '';
      output.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = (parts.pop() ?? '').slice(0, LINE_MAX);
        lines.push(...parts.slice(-LINES_MAX).map((line) => line.slice(0, LINE_MAX)));
        lines.splice(0, Math.max(0, lines.length - LINES_MAX));
      });
    },
    list: () => [...lines],
  };
}
