/** The result of a rehearsal as terminal lines of at most 120 characters. */
import type { RehearsalResult } from '../../rehearse/rehearsal-result.ts';
import { textTable } from '../print/text-table.ts';
import { wrapped } from '../print/wrapped.ts';
import { COLUMNS, READ_THE_COLUMNS, strayInWords, undecidedInWords, wrongOnes } from './result-cells.ts';

export interface ToldResult {
  readonly result: RehearsalResult;
  /** Why the judge may decide nothing; empty when nothing speaks against it. */
  readonly warnings: readonly string[];
  readonly assumptions: readonly string[];
}

export function resultLines({ result, warnings, assumptions }: ToldResult): string[] {
  return [
    `${result.service}: ${titleOf(result)}`,
    '',
    ...loud([...undecidedInWords(result), ...warnings]),
    ...textTable({
      head: [COLUMNS.map(({ head }) => head[0]), COLUMNS.map(({ head }) => head[1])],
      rows: result.scenarios.map((scenario) => COLUMNS.map(({ cell }) => cell(scenario))),
    }),
    '',
    ...[...READ_THE_COLUMNS, ...strayInWords(result), ...wrongOnes(result)].flatMap((sentence) =>
      wrapped({ sentence }),
    ),
    '',
    'What this rests on:',
    ...assumptions.flatMap((sentence) => wrapped({ sentence, bullet: '- ' })),
  ];
}

/** Above the table: its figures are easily taken for good ones. */
function loud(sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  return [...sentences.flatMap((sentence) => wrapped({ sentence, bullet: '! ' })), ''];
}

export function titleOf({ runs, scenarios, seed }: RehearsalResult): string {
  const count = `${scenarios.length} scenarios of ${runs} ${runs === 1 ? 'rollout' : 'rollouts'}`;
  return `${count}, seed ${seed}`;
}
