/** G11: whether the unit of a metric changes a decision. Gauges in thirteen units, by Mann-Whitney's rule: ours and Kayenta's. */
import { judgeMannWhitney, KAYENTA_RULE } from '../../src/domain/verdict/mann-whitney.ts';
import { normalQuantile } from '../../src/domain/verdict/normal-quantile.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { isHigh } from './peers.ts';

export interface UnitChanges {
  readonly runs: number;
  /** Sets of gauges for which at least one unit was decided differently from the first. */
  readonly ours: number;
  readonly kayenta: number;
}

const POWERS = [-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6];
const POINTS = 15;

export function changesByUnit({ runs, seed }: { readonly runs: number; readonly seed: string }): UnitChanges {
  let [ours, kayenta] = [0, 0];
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(`${seed}/units/${run}`);
    const draw = (mean: number) =>
      Array.from({ length: POINTS }, () => mean * Math.exp(0.2 * normalQuantile(random.uniform() || 0.5)));
    const gauges = { canary: draw(1 + 0.5 * random.uniform()), stable: draw(1) };
    const inUnit = (power: number) => ({
      canary: gauges.canary.map((value) => value * 10 ** power),
      stable: gauges.stable.map((value) => value * 10 ** power),
    });
    if (POWERS.some((power) => weFail(inUnit(power)) !== weFail(gauges))) ours += 1;
    if (POWERS.some((power) => isHigh(inUnit(power)) !== isHigh(gauges))) kayenta += 1;
  }
  return { runs, ours, kayenta };
}

function weFail({
  canary,
  stable,
}: {
  readonly canary: readonly number[];
  readonly stable: readonly number[];
}): boolean {
  const rows = canary.map((value, index) => ({ canary: value, stable: stable[index] ?? Number.NaN }));
  return judgeMannWhitney(KAYENTA_RULE, rows).outcome === 'fail';
}
