import { emfMeasures } from '../aws/emf-measures.ts';
import { config } from '../config.ts';
import type { Measures } from '../ports.ts';

/** Into the function's own log, from which CloudWatch takes them. */
export function awsMeasures(): Measures {
  return emfMeasures({ stage: config.STAGE });
}
