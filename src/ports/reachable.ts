/**
 * Checks whether a part of Slipway can be reached. Throws Transient when it cannot; the message names the part and the
 * reason.
 */
export interface Reachable {
  check(): Promise<void>;
}
