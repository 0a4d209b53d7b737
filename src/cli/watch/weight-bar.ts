/** The share of the new version as a bar, with the weights that are still ahead marked on it. */

import { cut, widthOf } from './fitted.ts';
import type { Paint } from './paint.ts';
import type { Shown } from './seen.ts';

const MARK = { full: '█', empty: '░', ahead: '┊' } as const;
const LENGTH_MIN = 8;
const LENGTH_MAX = 100;
const ENDS = { from: '0 ', to: ' 100 %' } as const;

export interface BarOrder {
  readonly columns: number;
  readonly paint: Paint;
}

/** Two lines: the bar, and below it the weights ahead, as many as there is room for. */
export function weightBar(shown: Pick<Shown, 'atPercent' | 'steps' | 'step'>, { columns, paint }: BarOrder): string[] {
  const length = Math.min(LENGTH_MAX, columns - ENDS.from.length - ENDS.to.length);
  if (length < LENGTH_MIN) return [`${shown.atPercent} %`];
  const cellOf = (percent: number) => Math.min(length - 1, Math.max(0, Math.round((percent / 100) * length) - 1));
  const fullTo = shown.atPercent === 0 ? -1 : cellOf(shown.atPercent);
  const ahead = weightsAhead(shown);
  const marks = new Set(ahead.map(cellOf));
  const cells = Array.from({ length }, (_, cell) => {
    if (cell <= fullTo) return paint('cyan', MARK.full);
    return paint('dim', marks.has(cell) ? MARK.ahead : MARK.empty);
  });
  const labels = labelsBelow(
    ahead.map((percent) => ({ text: `${percent}`, cell: ENDS.from.length + cellOf(percent) })),
  );
  return [`${ENDS.from}${cells.join('')}${ENDS.to}`, ...(labels === '' ? [] : [paint('dim', cut(labels, columns))])];
}

/** The weights of the steps that follow, without 100, which the end of the bar shows. */
function weightsAhead({ steps, step, atPercent }: Pick<Shown, 'atPercent' | 'steps' | 'step'>): number[] {
  const left = step == null ? [] : steps.slice(step.number - 1);
  const weights = left.flatMap((one) => ('setWeight' in one ? [one.setWeight] : []));
  return [...new Set(weights)].filter((weight) => weight > atPercent && weight < 100);
}

/** A label that would touch the one before it is left out. */
function labelsBelow(labels: readonly { readonly text: string; readonly cell: number }[]): string {
  let line = '';
  for (const { text, cell } of labels) {
    const from = Math.max(0, cell - Math.floor(text.length / 2));
    if (line !== '' && from <= widthOf(line)) continue;
    line = line.padEnd(from) + text;
  }
  return line;
}
