/** Keeps what others did to the workloads of a simulation, and which pods have lost their readiness by it, for the checkers. */

import type { Pod } from '../twin/cluster/api/workload-objects.ts';
import type { Hand } from './checkers/checked-world.ts';

export interface HandLog {
  note(hand: Hand): void;
  list(): readonly Hand[];
  /** The pod is not ready from now on, through no fault of its version. */
  lose(pod: Pod, at: number): void;
  regain(pod: Pod): void;
  /** When the pod lost its readiness; undefined when it has it, or was never ready. */
  lostAt(pod: Pod): number | undefined;
}

export function handLog(): HandLog {
  const hands: Hand[] = [];
  const lost = new Map<string, number>();
  const idOf = ({ metadata }: Pod) => metadata.uid as string;
  return {
    note: (hand) => void hands.push(hand),
    list: () => hands,
    lose: (pod, at) => void lost.set(idOf(pod), at),
    regain: (pod) => void lost.delete(idOf(pod)),
    lostAt: (pod) => lost.get(idOf(pod)),
  };
}
