/** Finds the word that was probably meant, among the words that are allowed. */
import { distance } from 'fastest-levenshtein';

/** More edits than these make another word. */
const EDITS_MAX = 3;
const LIKENESS_MIN = 0.5;

export interface CloseWord {
  readonly word: string;
  /** Letters to add, take out or replace. Two letters that changed places count as one, and upper case as lower case. */
  readonly edits: number;
}

/** Returns null when no allowed word is close, or when the word is allowed. */
export function closeWord(written: string, allowed: readonly string[]): CloseWord | null {
  // A long text is no misspelled word, and the distance of two long texts takes time.
  if (written.length > 60 || allowed.includes(written)) return null;
  const [closest] = allowed.map((word) => ({ word, edits: edits(written, word) })).sort((a, b) => a.edits - b.edits);
  if (closest === undefined || closest.edits > EDITS_MAX) return null;
  const likeness = 1 - closest.edits / Math.max(written.length, closest.word.length);
  return likeness > LIKENESS_MIN ? closest : null;
}

function edits(written: string, word: string): number {
  const [one, other] = [written.toLowerCase(), word.toLowerCase()];
  const count = distance(one, other);
  return count === 2 && lettersOf(one) === lettersOf(other) ? 1 : count;
}

function lettersOf(word: string): string {
  return [...word].sort().join('');
}
