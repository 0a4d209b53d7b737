/** The value in the middle, or midway between the two that are there; NaN of none. In any order, left as they are. */
export function median(values: readonly number[]): number {
  const inOrder = [...values].sort((one, other) => one - other);
  const upper = inOrder[Math.floor(inOrder.length / 2)] as number;
  const lower = inOrder[Math.ceil(inOrder.length / 2) - 1] as number;
  return (lower + upper) / 2;
}
