/** Waits for an answer, but only for a limited time. */
export interface Patience {
  /**
   * Resolves with true when the answer comes within this many milliseconds. Resolves with false when it does not come
   * in time, or is a failure.
   */
  within(ms: number, answer: Promise<unknown>): Promise<boolean>;
}
