/** Measures all candidates on the same rollouts: each candidate meets the same circumstances. */
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
  /** The circumstances of the rollout with that number. */
  readonly met: (index: number) => Circumstances;
}

/** Rollouts are drawn when they are first needed, and kept. */
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
  /** The share of the rollouts with this harm that were rolled back before they got all calls. */
  readonly caught: Share;
  /** The time from the first shift to 0 %, for the rollouts that were caught; null when none was. */
  readonly medianMinutes: number | null;
  /** The mean over all rollouts with this harm. */
  readonly harmedRequests: number;
}

export interface HealthyRollouts {
  readonly falseRollbacks: Share;
  /** The rollouts that wait for a person, because of an outage or too little traffic. */
  readonly held: Share;
  /** The time from the first shift to all calls, for the promoted rollouts; null when there are none. */
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

/** The number of rollouts that must be run, all of them caught, to show that this share, 0 to 1, is caught. */
export function leastRunsToShow(share: number): number {
  let runs = 1;
  while (shareOf({ count: runs, of: runs }).from < share) runs += 1;
  return runs;
}

const BATCH = 50;
/**
 * The measurement of a candidate ends early, as failed or as good, when the remaining rollouts could hardly change the
 * result.
 */
const SURE_DEVIATIONS = 2.6;

/** True when at least the wanted share of each harm is caught, as far as this number of rollouts shows. */
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
