/** What a team adds to the code of its own tool, in the language of that tool. */

export interface Snippet {
  /** Changes that a file cannot express, each as a sentence. */
  readonly steps: readonly string[];
  /** Null when the steps are the only work. */
  readonly text: string | null;
  /** A suggested name for a file with the text. */
  readonly suggestedFile: string;
}
