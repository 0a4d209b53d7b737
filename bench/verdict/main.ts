/**
 * `npm run bench:verdict -- --runs 4000 --seed slipway`: measures the sequential judge against the goals of the verdict, beside
 * the peers' rules on the same rows. Prints the table, writes docs/benchmarks/verdict.md, and fails when a goal is missed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { GOAL_CELLS, OTHER_CELLS } from './goals.ts';
import { benchPromotion, type Promoted } from './promotion.ts';
import { linesOf, page } from './report.ts';
import { runCell } from './run-cell.ts';
import { changesByUnit } from './units.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '4000' }, seed: { type: 'string', default: 'slipway' } },
});
const runs = Number(values.runs);
const { seed } = values;
if (!Number.isSafeInteger(runs) || runs < 1) {
  process.stderr.write(`--runs is ${values.runs}. Write a whole number, 2000 or more to judge the goals.\n`);
  process.exit(2);
}

const goals = GOAL_CELLS.map((cell) => shown(runCell(cell, { runs, seed })));
const units = changesByUnit({ runs, seed });
const promotions = benchPromotion({ runs, seed });
const others = OTHER_CELLS.map((cell) => shown(runCell(cell, { runs, seed })));

const folder = new URL('../../docs/benchmarks/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('verdict.md', folder), page({ goals, units, promotions, others, runs, seed }));

const missed =
  [...goals, ...others].filter(({ isMet }) => !isMet).length + (units.ours === 0 ? 0 : 1) + wronglyPromoted(promotions);
process.stdout.write(
  `G11 units: ${units.ours} of ${units.runs} decisions changed with the unit (Kayenta ${units.kayenta})\n` +
    `${goals.length + others.length + promotions.length + 1} cells, ${missed === 0 ? 'every goal met' : `${missed} missed`}; written to docs/benchmarks/verdict.md\n`,
);
process.exitCode = missed === 0 ? 0 : 1;

function wronglyPromoted(cells: readonly Promoted[]): number {
  return cells.filter(({ promotedMax, promoted }) => promoted.share > (promotedMax ?? 1)).length;
}

/** Prints a cell as soon as it is measured, because the whole takes minutes. */
function shown<Row extends Parameters<typeof linesOf>[0]>(row: Row): Row {
  process.stdout.write(linesOf(row));
  return row;
}
