/** What an execution did, in whichever interpreter it ran. */
export interface Trace {
  /** The states in the order in which they were entered. */
  readonly states: readonly string[];
  /** One entry for each attempt of a task: the input of the function or of the build. */
  readonly tasks: readonly { readonly state: string; readonly given: unknown }[];
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
}

/** Each attempt gets a new token, so tokens cannot be compared. */
export function withoutToken(given: unknown): unknown {
  const isObject = typeof given === 'object' && given !== null;
  return isObject && 'token' in given ? { ...given, token: typeof given.token } : given;
}
