/** Shortens a result so that it fits in an exported variable, the state of an execution and the timeline. */
import type { ClusterResult } from '../domain/orders/cluster-order.ts';

const TEXT_LENGTH_MAX = 2_000;
const ITEMS_MAX = 20;
const CUT = ' (cut)';

export function boundedResult(result: ClusterResult): ClusterResult {
  if (result.ok) {
    // The only note of a diff is its answer, and has its own limit.
    const notes = result.do === 'diff' ? result.notes : result.notes.slice(0, ITEMS_MAX).map(cut);
    return { ...result, notes, pods: result.pods.slice(0, ITEMS_MAX) };
  }
  const { name, message, details } = result.error;
  const isShort = JSON.stringify(details).length <= TEXT_LENGTH_MAX;
  return { ...result, error: { name, message: cut(message), details: isShort ? details : {} } };
}

function cut(text: string): string {
  return text.length <= TEXT_LENGTH_MAX ? text : `${text.slice(0, TEXT_LENGTH_MAX - CUT.length)}${CUT}`;
}
