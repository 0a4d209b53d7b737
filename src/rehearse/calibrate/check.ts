/**
 * Checks the proposal by whole rollouts: the shipped operations and state machine in virtual time, on rollouts that
 * were not used to choose it.
 */
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import { SAME } from '../model/draw-period.ts';
import type { RehearsalScenario, ScenarioResult, Share, Spread } from '../rehearsal-result.ts';
import { rehearse } from '../rehearse.ts';
import type { CalibrationOrder } from './asked.ts';
import type { OnProgress } from './search.ts';

export interface Check {
  readonly seed: string;
  readonly runs: number;
  readonly falseRollbacks: Share;
  readonly held: Share;
  /** Until a healthy version had all calls; null when no version had. */
  readonly toPromotionSeconds: Spread | null;
  readonly harms: readonly {
    readonly name: string;
    readonly caught: Share;
    readonly toZeroSeconds: Spread | null;
    readonly harmedRequests: Spread | null;
  }[];
  /** False when a whole interval is on the wrong side of the promise. */
  readonly keepsPromise: boolean;
  /** True when every interval is wholly on the right side of it; otherwise the check only agrees with the promise. */
  readonly provesPromise: boolean;
}

export interface CheckOrder {
  readonly proposed: ServiceSpec;
  readonly onProgress: OnProgress;
}

export async function checkOf(
  { model, asked, seed, checkRuns, workers }: CalibrationOrder,
  { proposed, onProgress }: CheckOrder,
): Promise<Check> {
  const scenarios = [{ name: 'healthy', harm: SAME }, ...asked.harms].map(
    (each): RehearsalScenario => ({ ...each, outage: 'drawn' }),
  );
  const fresh = `${seed}/check`;
  const order = { spec: proposed, model, scenarios, runs: checkRuns, seed: fresh, onProgress };
  const { scenarios: results } = await rehearse(workers === undefined ? order : { ...order, workers });
  const [healthy, ...harmful] = results as [ScenarioResult, ...ScenarioResult[]];
  const harms = harmful.map(({ scenario: { name }, outcomes, toZeroSeconds, harmedRequests }) => ({
    name,
    caught: outcomes.rolledBack,
    toZeroSeconds,
    harmedRequests,
  }));
  const falseRollbacks = healthy.outcomes.rolledBack;
  const [most, least] = [asked.falseRollbackPercent / 100, asked.powerPercent / 100];
  return {
    seed: fresh,
    runs: checkRuns,
    falseRollbacks,
    held: healthy.outcomes.held,
    toPromotionSeconds: healthy.toPromotionSeconds,
    harms,
    keepsPromise: falseRollbacks.from <= most && harms.every(({ caught }) => caught.to >= least),
    provesPromise: falseRollbacks.to <= most && harms.every(({ caught }) => caught.from >= least),
  };
}
