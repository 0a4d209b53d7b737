/**
 * `npm run bench`: what performance costs and what it was to cost, in one table. Ratios, each taken by turns in one run.
 * `npm run bench -- cluster` measures rollouts on a real control plane instead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { benchAlarmPath } from './alarm-path.ts';
import { benchAlarmWithoutLedger } from './alarm-without-ledger.ts';
import { packageFunctions } from './artefacts.ts';
import { benchCluster } from './cluster.ts';
import { benchFleet } from './fleet.ts';
import { benchInit, benchSizes } from './functions.ts';
import { benchJudge } from './judge.ts';
import { benchMiddleware } from './middleware.ts';
import { benchRollouts } from './rollouts.ts';
import type { Row } from './row.ts';
import { benchStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
try {
  if (process.argv[2] === 'cluster') print(await benchCluster());
  else await benchAll();
} finally {
  rmSync(folder, { recursive: true });
}

async function benchAll(): Promise<void> {
  const artefacts = packageFunctions(folder);
  const sections: readonly (() => Row[] | Promise<Row[]>)[] = [
    () => benchSizes(artefacts),
    () => benchInit(artefacts, folder),
    benchMiddleware,
    () => benchAlarmPath(),
    benchAlarmWithoutLedger,
    benchStore,
    benchJudge,
    benchRollouts,
    benchFleet,
  ];
  const rows: Row[] = [];
  for (const section of sections) rows.push(...(await section()));
  print(rows);
}

function print(rows: readonly Row[]): void {
  const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length));
  const [what, goal] = [width((row) => row.what), width((row) => row.goal)];
  for (const row of rows) {
    const mark = row.goal === '' ? ' ' : row.ok ? styleText('green', '✓') : styleText('red', '✗');
    process.stdout.write(`${mark} ${row.what.padEnd(what)}  ${row.goal.padEnd(goal)}  ${row.measured}\n`);
  }
  const missed = rows.filter(({ ok }) => !ok).length;
  process.stdout.write(`${rows.length} measured, ${missed === 0 ? 'every goal reached' : `${missed} goals missed`}\n`);
}
