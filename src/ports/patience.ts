/** Waiting for somebody else's answer, but not for ever. */
export interface Patience {
  /** Resolves with true when the answer is there within so many milliseconds; with false when it is not, or is a failure. */
  within(ms: number, answer: Promise<unknown>): Promise<boolean>;
}
