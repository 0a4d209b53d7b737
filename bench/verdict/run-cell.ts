/** Runs the rollouts of one cell through the sequential judge and through the peers' rules, on the same periods of one minute. */

import type { CountKey, PeriodRow } from '../../src/domain/verdict/period-row.ts';
import type { SequentialPolicy } from '../../src/domain/verdict/policy.ts';
import { initial, next } from '../../src/domain/verdict/sequential.ts';
import { seededRandom } from '../../src/twin/random.ts';
import type { Cell } from './goals.ts';
import { argoAborts, flaggerAborts, kayentaEachMinuteAborts, kayentaOnceAborts } from './peers.ts';
import { drawRows, policyFor, T90 } from './scenario.ts';

/** The share of the runs that were aborted, 0 to 1, and the median minute over all runs: Infinity when most were never aborted. */
export interface Aborts {
  readonly runs: number;
  readonly share: number;
  readonly median: number;
}

export interface Measured {
  readonly cell: Cell;
  readonly engine: Aborts;
  /** Null when the peer has no such rule, or when the cell repeats the traffic of another cell. */
  readonly peers: Readonly<Record<Peer, Aborts | null>>;
  readonly isMet: boolean;
}

export const PEERS = ['kayentaOnce', 'kayentaEachMinute', 'flagger', 'argo'] as const;
export type Peer = (typeof PEERS)[number];

export function runCell(cell: Cell, { runs, seed }: { readonly runs: number; readonly seed: string }): Measured {
  const { scenario } = cell;
  const hasErrors = scenario.errorRate !== null;
  const count: CountKey = hasErrors ? 'errors' : T90;
  const minutes = {
    engine: [] as number[],
    kayentaOnce: [] as number[],
    kayentaEachMinute: [] as number[],
    flagger: [] as number[],
    argo: [] as number[],
  };
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(`${seed}/${cell.goal}/${cell.what}/${run}`);
    const policy = policyFor(scenario, { alpha: cell.alpha, random });
    const rows = drawRows(scenario, random);
    minutes.engine.push(engineAborts(policy, rows));
    if (run >= PEER_RUNS || cell.alpha !== 0.01) continue;
    minutes.kayentaOnce.push(kayentaOnceAborts(rows, count));
    minutes.kayentaEachMinute.push(kayentaEachMinuteAborts(rows, count));
    if (!hasErrors) continue;
    minutes.flagger.push(flaggerAborts(rows));
    minutes.argo.push(argoAborts(rows));
  }
  const engine = abortsOf(minutes.engine);
  const peers = Object.fromEntries(
    PEERS.map((peer) => [peer, minutes[peer].length === 0 ? null : abortsOf(minutes[peer])]),
  ) as Record<Peer, Aborts | null>;
  return { cell, engine, peers, isMet: isMet(cell, engine) };
}

/** The peers' rules are slow, and their shares are so large that 2,000 runs are enough. */
const PEER_RUNS = 2_000;

function engineAborts(policy: SequentialPolicy, rows: readonly PeriodRow[]): number {
  let state = initial(policy);
  for (const [index, row] of rows.entries()) {
    state = next(state, row);
    if (state.condemned !== null) return index + 1;
  }
  return Number.POSITIVE_INFINITY;
}

export function abortsOf(minutes: readonly number[]): Aborts {
  const sorted = minutes.toSorted((one, other) => one - other);
  const aborted = sorted.filter(Number.isFinite).length;
  return {
    runs: minutes.length,
    share: aborted / minutes.length,
    median: sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.POSITIVE_INFINITY,
  };
}

function isMet({ abortedMax, caughtMin, medianMax }: Cell, { share, median }: Aborts): boolean {
  return share <= (abortedMax ?? 1) && share >= (caughtMin ?? 0) && median <= (medianMax ?? Number.POSITIVE_INFINITY);
}
