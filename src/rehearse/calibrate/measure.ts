/** Measures candidates, all on the same rollouts: what one of them meets, every other one meets too. */
import { policyOf } from '../../domain/verdict/sequential-policy.ts';
import { SAME } from '../model/draw-period.ts';
import type { Harm } from '../model/service-model.ts';
import { shareOf } from '../proportion.ts';
import type { Share } from '../rehearsal-result.ts';
import type { Calibration, Candidate } from './asked.ts';
import { isBeyondAnyTest } from './beyond-any-test.ts';
import { type PlayedRollout, playRollout } from './play-rollout.ts';
import { judgeOf } from './proposed-spec.ts';
import { type Circumstances, circumstancesOf } from './rollout-circumstances.ts';

export interface Stand extends Calibration {
  /** What rollout number i meets. */
  readonly met: (index: number) => Circumstances;
}

/** Rollouts are drawn when they are first asked for, and kept. */
export function standFor(calibration: Calibration): Stand {
  const drawn: Circumstances[] = [];
  const met = (index: number) => {
    drawn[index] ??= circumstancesOf(calibration.model, `${calibration.seed}/${index}`);
    return drawn[index];
  };
  return { ...calibration, met };
}

export interface CaughtHarm {
  readonly name: string;
  /** Of the rollouts with this harm: taken back before all calls went to them. */
  readonly caught: Share;
  /** From the first shift to 0 %, of those that were caught; null without. */
  readonly medianMinutes: number | null;
  /** Mean over all rollouts with this harm. */
  readonly harmedRequests: number;
}

export interface HealthyRollouts {
  readonly falseRollbacks: Share;
  /** Waits for a person: an outage, or too little traffic to tell. */
  readonly held: Share;
  /** From the first shift to all calls, of those that were promoted; null without. */
  readonly medianMinutes: number | null;
}

export function measureHarms(
  stand: Stand,
  { candidate, runs }: { readonly candidate: Candidate; readonly runs: number },
): CaughtHarm[] {
  return stand.asked.harms.map(({ name, harm }) => {
    const played = playMany(stand, { candidate, harm, from: 0, to: runs });
    const caught = played.filter(isCaught);
    return {
      name,
      caught: shareOf({ count: caught.length, of: runs }),
      medianMinutes: medianOf(caught),
      harmedRequests: played.reduce((sum, { harmed }) => sum + harmed, 0) / runs,
    };
  });
}

export function measureHealthy(
  stand: Stand,
  { candidate, runs }: { readonly candidate: Candidate; readonly runs: number },
): HealthyRollouts {
  const played = playMany(stand, { candidate, harm: SAME, from: 0, to: runs });
  const count = (outcome: PlayedRollout['outcome']) => played.filter((each) => each.outcome === outcome).length;
  return {
    falseRollbacks: shareOf({ count: count('rolledBack'), of: runs }),
    held: shareOf({ count: count('held'), of: runs }),
    medianMinutes: medianOf(played.filter(({ outcome }) => outcome === 'promoted')),
  };
}

/** So many rollouts have to be run, and all of them caught, before it is shown that a share, 0 to 1, is. */
export function leastRunsToShow(share: number): number {
  let runs = 1;
  while (shareOf({ count: runs, of: runs }).from < share) runs += 1;
  return runs;
}

const BATCH = 50;
/** A candidate is given up, or taken as good, before all its rollouts are run when the rest could hardly change it. */
const SURE_DEVIATIONS = 2.6;

/** Whether at least the wanted share of each harm is caught, as far as so many rollouts tell. */
export function catchesEnough(
  stand: Stand,
  { candidate, runs }: { readonly candidate: Candidate; readonly runs: number },
): boolean {
  const wanted = stand.asked.powerPercent / 100;
  if (isBeyondAnyTest(stand, candidate)) return false;
  return stand.asked.harms.every(({ harm }) => {
    let count = 0;
    for (let from = 0; from < runs; from += BATCH) {
      const to = Math.min(runs, from + BATCH);
      count += playMany(stand, { candidate, harm, from, to }).filter(isCaught).length;
      const known = shareOf({ count, of: to, deviations: SURE_DEVIATIONS });
      if (known.from > wanted) return true;
      if (known.to < wanted) return false;
    }
    return count / runs >= wanted;
  });
}

interface Batch {
  readonly candidate: Candidate;
  readonly harm: Harm;
  readonly from: number;
  readonly to: number;
}

function playMany(stand: Stand, { candidate, harm, from, to }: Batch): PlayedRollout[] {
  const { spec, model } = stand;
  const judge = judgeOf(spec, candidate);
  return Array.from({ length: to - from }, (_, index) => {
    const met = stand.met(from + index);
    const policy = policyOf(judge, met.baseline);
    return playRollout({
      candidate,
      policy,
      noData: spec.noData,
      endsBakesEarly: judge.endsBakesEarly,
      model,
      harm,
      met,
    });
  });
}

function isCaught({ outcome }: PlayedRollout): boolean {
  return outcome === 'rolledBack';
}

function medianOf(played: readonly PlayedRollout[]): number | null {
  const sorted = played.map(({ minutes }) => minutes).sort((one, other) => one - other);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}
