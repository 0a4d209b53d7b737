/**
 * Keeps what other people and tools did to the workloads of a simulation, and which pods lost their readiness by it.
 * The checkers read it.
 */

import type { Pod } from '../twin/cluster/api/workload-objects.ts';
import type { Hand } from './checkers/checked-world.ts';

export interface HandLog {
  note(hand: Hand): void;
  list(): readonly Hand[];
  /** From now on the pod is not ready, through no fault of its version. */
  lose(pod: Pod, at: number): void;
  regain(pod: Pod): void;
  /** When the pod lost its readiness; undefined when the pod is ready, or never was. */
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
