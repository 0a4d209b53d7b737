/**
 * `npm run bench`: what performance costs and what it was to cost, in one table. Ratios, each taken by turns in one run. Ends
 * with 1 when a goal is missed that is not in known-misses.ts. `npm run bench -- cluster` measures rollouts on a real control
 * plane instead, and `npm run bench -- memory` what `npm start` takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchAlarmPath } from './alarm-path.ts';
import { benchAlarmWithoutLedger } from './alarm-without-ledger.ts';
import { packageFunctions } from './artefacts.ts';
import { benchCluster } from './cluster.ts';
import { benchFleet } from './fleet.ts';
import { benchInit, benchSizes } from './functions.ts';
import { benchJudge } from './judge.ts';
import { benchMemory } from './memory.ts';
import { benchMiddleware } from './middleware.ts';
import { summary, table } from './outcome.ts';
import { benchRollouts } from './rollouts.ts';
import { type Row, rowsWithTries } from './row.ts';
import { benchStore } from './store.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
try {
  print(await measured(process.argv[2]));
} finally {
  rmSync(folder, { recursive: true });
}

function measured(what: string | undefined): Promise<Row[]> {
  if (what === 'cluster') return benchCluster();
  return what === 'memory' ? benchMemory() : benchAll();
}

async function benchAll(): Promise<Row[]> {
  const artefacts = packageFunctions(folder);
  const sections: readonly (() => Row[] | Promise<Row[]>)[] = [
    () => benchSizes(artefacts),
    () => benchInit(artefacts, folder),
    () => rowsWithTries(benchMiddleware),
    () => rowsWithTries(() => benchAlarmPath()),
    () => rowsWithTries(benchAlarmWithoutLedger),
    benchStore,
    benchJudge,
    benchRollouts,
    benchFleet,
  ];
  const rows: Row[] = [];
  for (const section of sections) rows.push(...(await section()));
  return rows;
}

function print(rows: readonly Row[]): void {
  const { text, exitCode } = summary(rows);
  process.stdout.write(table(rows) + text);
  process.exitCode = exitCode;
}
