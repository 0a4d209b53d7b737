/** What a team adds to the code of its own tool, in the language of that tool. */

export interface Snippet {
  /** Changes that no file can carry, each a sentence. */
  readonly steps: readonly string[];
  /** Null when the steps are all there is to do. */
  readonly text: string | null;
  /** What a file of it may be called. */
  readonly suggestedFile: string;
}
