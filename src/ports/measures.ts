/** Slipway's own metrics. */
import type { Measurement } from '../domain/deployment/measurement.ts';

export interface Measures {
  /** Slipway's own metrics, at once, in process. Each call counts. Never throws: what no metric can be is left out, and loses nothing else. */
  record(measurements: readonly Measurement[]): void;
}
