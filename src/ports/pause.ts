/** Sleeps, in real or in virtual time. */
export interface Pause {
  sleep(ms: number): Promise<void>;
}
