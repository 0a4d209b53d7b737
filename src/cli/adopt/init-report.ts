/** What `slipway init` prints: what is right, what is missing, what to check, and the lines to add. */
import { wrapped } from '../print/wrapped.ts';
import type { Point } from './adoption-facts.ts';
import type { Snippet } from './snippet.ts';

const ORDER = ['right', 'missing', 'look'] as const;
const BULLETS: Readonly<Record<Point['state'], string>> = {
  right: '  right    ',
  missing: '  missing  ',
  look: '  look     ',
};

export function pointLines(points: readonly Point[]): string[] {
  return ORDER.flatMap((state) =>
    points
      .filter((point) => point.state === state)
      .flatMap(({ text }) => wrapped({ sentence: text, bullet: BULLETS[state] })),
  );
}

/** `file` is the path to which the text was written; null when it is only printed. */
export function snippetLines({ steps, text, suggestedFile }: Snippet, file: string | null): string[] {
  const named = steps.map((step) => (file === null ? step : step.replaceAll(suggestedFile, file)));
  const numbered = named.flatMap((step, index) => wrapped({ sentence: step, bullet: `  ${index + 1}. ` }));
  const lines = ['', 'To add to the code of your tool:', ...numbered];
  if (text === null) return lines;
  if (file !== null) return [...lines, ...wrapped({ sentence: `The lines are in ${file}.`, bullet: '  ' })];
  return [...lines, '', ...text.trimEnd().split('\n')];
}
