import { emfMeasures } from '../aws/emf-measures.ts';
import { config } from '../config.ts';
import type { Measures } from '../ports/measures.ts';
import { systemClock } from '../system.ts';

/** The stage's own metrics. */
export function awsMeasures(): Measures {
  return emfMeasures({ stage: config.STAGE, clock: systemClock });
}
