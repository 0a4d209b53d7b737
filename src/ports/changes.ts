/** Changes in a cluster: lets one caller wait until something may have changed. */

/** Only one caller waits at a time. The caller that asked for the changes must call `end`. */
export interface Changes {
  /**
   * Resolves when something may have changed since it last resolved, and after `withinMs` at the latest. Never throws.
   */
  next(withinMs: number): Promise<void>;
  end(): void;
}
