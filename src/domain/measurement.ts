/** One value of a metric in the namespace Slipway, with what it is about beside the stage. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  /** Counted with these dimensions, and without them for the stage as a whole. */
  readonly dimensions?: Readonly<Record<string, string>>;
}
