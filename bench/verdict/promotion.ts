/** Early promotion: how often and how soon harm is ruled out, and how often wrongly, at exactly the harm that is worth catching. */
import { initial, next } from '../../src/domain/verdict/sequential.ts';
import { judgementOf } from '../../src/domain/verdict/sequential-verdict.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { type Aborts, abortsOf } from './run-cell.ts';
import { drawRows, HEALTHY, policyFor, type Scenario } from './scenario.ts';

export interface Promoted {
  readonly what: string;
  /** The largest share of the runs, 0 to 1, that may be promoted; null for a healthy canary. */
  readonly promotedMax: number | null;
  readonly promoted: Aborts;
}

/** 2,000 runs are enough to tell 5 % from more. */
const RUNS_MAX = 2_000;

export function benchPromotion({ runs, seed }: { readonly runs: number; readonly seed: string }): Promoted[] {
  return [1, 1.5].flatMap((harm) =>
    [0, 0.3].flatMap((noise) =>
      [
        { errorRate: 0.001, requestsPerSecond: 1_000 },
        { errorRate: 0.01, requestsPerSecond: 100 },
      ].map((service) => {
        const what = `errors x ${harm}, ${service.errorRate * 100} % at ${service.requestsPerSecond}/s, ${noise * 100} % noise`;
        const promoted = promotions(
          { ...HEALTHY, ...service, harm, noise },
          { runs: Math.min(runs, RUNS_MAX), seed: `${seed}/${what}` },
        );
        return { what, promotedMax: harm > 1 ? 0.05 : null, promoted };
      }),
    ),
  );
}

function promotions(scenario: Scenario, { runs, seed }: { readonly runs: number; readonly seed: string }): Aborts {
  return abortsOf(
    Array.from({ length: runs }, (_, run) => {
      const random = seededRandom(`${seed}/${run}`);
      let state = initial(policyFor(scenario, { alpha: 0.01, random }));
      for (const [index, row] of drawRows(scenario, random).entries()) {
        state = next(state, row);
        if (judgementOf(state).advice === 'promote') return index + 1;
      }
      return Number.POSITIVE_INFINITY;
    }),
  );
}
