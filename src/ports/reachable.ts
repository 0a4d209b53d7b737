/** Throws Transient, with which part and why, when the thing behind it cannot be reached. */
export interface Reachable {
  check(): Promise<void>;
}
