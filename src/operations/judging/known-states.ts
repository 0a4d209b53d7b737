/**
 * Remembers how far the sequential judge has got with each rollout, while the process lives. The judge looks at the same rows
 * every minute: with this memory a look costs only the new rows. Forgetting costs time and never changes a verdict.
 */
import type { SequentialPolicy } from '../../domain/verdict/policy.ts';
import { continued, type Reached, type StateOf, startOf } from '../../domain/verdict/recompute.ts';

/** How many rollouts are remembered: those that were judged last. */
const REMEMBERED_MAX = 200;

export function rememberingStates(): StateOf {
  const known = new Map<string, Reached>();
  return (policy, rows) => {
    const key = keyOf(policy, rows[0]?.startsAt);
    const reached = continued(known.get(key) ?? startOf(policy), rows);
    // A Map keeps the order in which its keys were added: the first key is the one that was used longest ago.
    known.delete(key);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size + 1 - REMEMBERED_MAX))) known.delete(oldest);
    known.set(key, reached);
    return reached.state;
  };
}

/** One memory for all looks of this process. */
export const knownStates = rememberingStates();

/** Rollouts that share a key replace each other, and `continued` checks the rows: a shared key costs time, no more. */
function keyOf(policy: SequentialPolicy, firstStartsAt: number | undefined): string {
  return `${firstStartsAt} ${JSON.stringify(policy, named)}`;
}

/** JSON writes NaN and Infinity as null, so two policies that differ in them would have the same key. */
function named(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
