/**
 * Decides whether a candidate needs what no test can do, by the bounds of information. Then it need not be measured.
 */
import type { Asked, Calibration, Candidate } from './asked.ts';
import { type ErrorChances, expectedNats, neededNats } from './information.ts';

/**
 * Uses the requested share of false rollbacks, not the share that the judge may spend: beyond its proof, only a
 * measurement shows that it spends less.
 */
export function isBeyondAnyTest(
  { model, asked }: Pick<Calibration, 'model' | 'asked'>,
  { weights, bakeMinutes }: Pick<Candidate, 'weights' | 'bakeMinutes'>,
): boolean {
  const needed = neededNats(chancesOf(asked));
  return asked.harms.some(({ harm }) => {
    const nats = weights.map((weight) => expectedNats({ model, harm, weight: weight / 100, minutes: bakeMinutes }));
    return nats.reduce((sum, each) => sum + each, 0) < needed;
  });
}

export function chancesOf({ falseRollbackPercent, powerPercent }: Asked): ErrorChances {
  return { falseRollback: falseRollbackPercent / 100, power: powerPercent / 100 };
}
