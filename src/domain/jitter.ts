/**
 * Spreads events that would otherwise come at the same moment. It uses no randomness: the same text always gives the
 * same number.
 */

/**
 * Returns a number in [0, 1), spread evenly over different texts. FNV-1a is mixed once more at the end, because the
 * texts here differ only in their last characters.
 */
export function unitFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
