/** How large a bundle may be, and how long it may take to load. The test of the sizes and `npm run bench` both ask this file. */

export interface BundleGoal {
  /** The size of the code before it is zipped. */
  readonly kilobytes: number;
  /** Loading time as a multiple of a handler that does nothing. */
  readonly ratio: number;
}

/** A function that only asks the database. */
export const READS: BundleGoal = { kilobytes: 256, ratio: 2.5 };
/** A function that calls AWS. */
export const CALLS_AWS: BundleGoal = { kilobytes: 440, ratio: 3.1 };
/** `remediateAlarm`: users wait while it starts. */
export const TAKES_BACK: BundleGoal = { kilobytes: 340, ratio: 2.9 };
