/**
 * Returns the median: the middle value, or the mean of the two middle values. Returns NaN for an empty list. The values
 * may be in any order, and the list is not changed.
 */
export function median(values: readonly number[]): number {
  const inOrder = [...values].sort((one, other) => one - other);
  const upper = inOrder[Math.floor(inOrder.length / 2)] as number;
  const lower = inOrder[Math.ceil(inOrder.length / 2) - 1] as number;
  return (lower + upper) / 2;
}
