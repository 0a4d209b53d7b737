/** What the rows of `npm run bench` say together: the table, the goals that were missed, and whether the command fails. */
import { styleText } from 'node:util';
import { KNOWN_MISSES, type KnownMiss } from './known-misses.ts';
import type { Row } from './row.ts';

type KnownMisses = Readonly<Record<string, KnownMiss>>;
type Outcome = 'no goal' | 'reached' | 'known miss' | 'missed';

export function outcomeOf({ what, goal, ok, value }: Row, known: KnownMisses = KNOWN_MISSES): Outcome {
  if (ok) return goal === '' ? 'no goal' : 'reached';
  const limit = known[what]?.limit;
  if (limit === undefined || value === undefined) return 'missed';
  const isWithin = goal.startsWith('>=') ? value >= limit : value <= limit;
  return isWithin ? 'known miss' : 'missed';
}

const MARKS: Readonly<Record<Outcome, string>> = {
  'no goal': ' ',
  reached: styleText('green', '✓'),
  'known miss': styleText('yellow', '~'),
  missed: styleText('red', '✗'),
};

export function table(rows: readonly Row[]): string {
  const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length));
  const [what, goal] = [width((row) => row.what), width((row) => row.goal)];
  return rows
    .map((row) => `${MARKS[outcomeOf(row)]} ${row.what.padEnd(what)}  ${row.goal.padEnd(goal)}  ${row.measured}\n`)
    .join('');
}

export interface Summary {
  readonly text: string;
  readonly exitCode: 0 | 1;
}

/** Names every goal that was missed. A goal that is missed and not known makes the command fail. */
export function summary(rows: readonly Row[], known: KnownMisses = KNOWN_MISSES): Summary {
  const having = (outcome: Outcome) => rows.filter((row) => outcomeOf(row, known) === outcome);
  const missed = having('missed');
  const lines = [
    ...having('known miss').map(({ what, goal, measured }) => {
      const { limit, because } = known[what] ?? {};
      return `~ known miss: ${what}: ${measured}, the goal is ${goal}, the limit ${limit}: ${because}.`;
    }),
    ...having('reached')
      .filter(({ what }) => what in known)
      .map(({ what }) => `✓ no longer missed: ${what}. Delete it from bench/known-misses.ts if that lasts.`),
    ...missed.map(({ what, goal, measured }) => `✗ missed: ${what}: ${measured}, the goal is ${goal}.`),
    `${rows.length} measured, ${missed.length} goals missed, ${having('known miss').length} known misses`,
  ];
  return { text: `${lines.join('\n')}\n`, exitCode: missed.length === 0 ? 0 : 1 };
}
