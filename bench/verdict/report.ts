/** The measured cells as lines for a terminal, and as the page docs/benchmarks/verdict.md. */
import { styleText } from 'node:util';
import type { Cell } from './goals.ts';
import type { Promoted } from './promotion.ts';
import { type Aborts, type Measured, PEERS, type Peer } from './run-cell.ts';
import type { UnitChanges } from './units.ts';

const PEER_NAMES: Readonly<Record<Peer, string>> = {
  kayentaOnce: 'Kayenta, once',
  kayentaEachMinute: 'Kayenta, each minute',
  flagger: 'Flagger',
  argo: 'Argo',
};

export function linesOf({ cell, engine, peers, isMet }: Measured): string {
  const mark = isMet ? styleText('green', 'met   ') : styleText('red', 'missed');
  const beside = PEERS.map((peer) => `${PEER_NAMES[peer]} ${inWords(peers[peer])}`).join(' | ');
  return `${cell.goal.padEnd(3)} ${mark} ${cell.what.padEnd(42)} ${inWords(engine).padEnd(18)} (${wanted(cell)})  ${beside}\n`;
}

function inWords(aborts: Aborts | null): string {
  if (aborts === null) return '-';
  const minute = Number.isFinite(aborts.median) ? `, ${aborts.median} min` : '';
  return `${percent(aborts.share)}${minute}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

function wanted({ abortedMax, caughtMin, medianMax }: Cell): string {
  const parts = [
    abortedMax === null ? '' : `at most ${percent(abortedMax)}`,
    caughtMin === null ? '' : `at least ${percent(caughtMin)}`,
    medianMax === null ? '' : `median at most ${medianMax} min`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

interface Results {
  readonly goals: readonly Measured[];
  readonly others: readonly Measured[];
  readonly units: UnitChanges;
  readonly promotions: readonly Promoted[];
  readonly runs: number;
  readonly seed: string;
}

export function page({ goals, others, units, promotions, runs, seed }: Results): string {
  return `# The verdict, measured

Written by \`npm run bench:verdict -- --runs ${runs} --seed ${seed}\`. Each cell is ${runs} simulated rollouts of 30 minutes with a look
after every minute; the peers' rules see the same minutes, in the first 2,000 rollouts at most. A cell gives the share of rollouts that were
aborted, and the median minute of the abort over all rollouts, where most were aborted. Minutes count from the end of the warm-up.
Requests come as a Poisson process, 10 % of them to the canary where nothing else is said, and errors are binomial; noise multiplies a version's
rate (or latency) anew each minute by a log-normal factor. Latencies are log-normal with sigma 0.5, and the thresholds are their true quantiles.
The engine has seen 60 minutes of stable before, unless the cell says otherwise.

Kayenta: the rule of its NetflixACAJudge on the per-minute rate (98 % interval, a quarter of the estimate as tolerance), judged once at the end or every
minute from the fifth. Flagger: success rate at least 99 %, threshold 5. Argo Rollouts: the same, failureLimit 3.

## Goals

${table(goals)}
G11, ${units.ours === 0 ? 'met' : 'missed'}: of ${units.runs} sets of gauges, each judged in thirteen units from 1e-6 to 1e6, ${units.ours} were decided otherwise in
some unit by the judge \`mann-whitney\`, and ${units.kayenta} by Kayenta's rule, whose search for a root stops at 1e-6 of any unit. Counts have no unit.

## Early promotion

In at most 5 % (beta) of the canaries that are worse by exactly the harm ratio, 1.5, harm may be ruled out. At most 2,000 rollouts a cell.

${promotionTable(promotions)}
## Cells that no goal names

A healthy canary is to be aborted in at most 1 %, which is alpha; a harmful one to be caught in at least 90 %.

${table(others)}`;
}

function promotionTable(rows: readonly Promoted[]): string {
  const lines = rows.map(({ what, promotedMax, promoted }) => [
    what,
    promotedMax === null ? '' : `at most ${percent(promotedMax)}`,
    inWords(promoted),
    promoted.share <= (promotedMax ?? 1) ? 'met' : 'MISSED',
  ]);
  const head = ['cell', 'wanted', 'promoted early', ''];
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('');
}

function table(rows: readonly Measured[]): string {
  const head = ['goal', 'cell', 'wanted', 'Slipway', '', ...PEERS.map((peer) => PEER_NAMES[peer])];
  const lines = rows.map(({ cell, engine, peers, isMet }) => [
    cell.goal,
    `${cell.what}${cell.alpha === 0.01 ? '' : `, alpha ${percent(cell.alpha)}`}`,
    wanted(cell),
    inWords(engine),
    isMet ? 'met' : 'MISSED',
    ...PEERS.map((peer) => inWords(peers[peer])),
  ]);
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |\n`).join('');
}
