/** Turns at Lambda's control plane. */
import type { Turn, TurnOrder } from '../domain/deployment/turns.ts';

/**
 * Whose turn it is at Lambda's control plane: forward steps of all services, in all functions of this installation, claim
 * their calls here, at most `callsPerSecond` of them for each second. The way back never asks.
 */
export interface Turns {
  /**
   * Claims calls in a row at the earliest moments that are free, beginning with those of the last second. When others hold
   * the next ones, a claim that the claimant made before is found again, until 8 seconds after its moment. Nothing is claimed
   * when the moment is further ahead than `withinMs`.
   */
  claim(order: TurnOrder): Promise<Turn>;
  /** Forgets claims whose time is over. */
  sweep(): Promise<void>;
}
