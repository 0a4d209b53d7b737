/** Changes in a cluster. */

/** For one who waits at a time. To be ended by whoever asked for it. */
export interface Changes {
  /** Resolves when something may have changed since it last resolved, and at the latest when the time is over. Never throws. */
  next(withinMs: number): Promise<void>;
  end(): void;
}
