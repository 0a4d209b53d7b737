/** Records Slipway's own metrics, and never throws. */
import type { Measurement } from '../domain/deployment/measurement.ts';

export interface Measures {
  /**
   * Writes the metrics at once, within the process. Each call counts. Never throws: it leaves out a value that no
   * metric can hold, and records the rest.
   */
  record(measurements: readonly Measurement[]): void;
}
