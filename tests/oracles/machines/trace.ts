/** What an execution did, whichever interpreter ran it. */
export interface Trace {
  /** In the order in which they were entered. */
  readonly states: readonly string[];
  /** One for each attempt of a task: what the function, or the build, was given. */
  readonly tasks: readonly { readonly state: string; readonly given: unknown }[];
  readonly status: string;
  readonly error: string | null;
  readonly cause: string | null;
}

/** Tokens are made up anew for each attempt. */
export function withoutToken(given: unknown): unknown {
  const isObject = typeof given === 'object' && given !== null;
  return isObject && 'token' in given ? { ...given, token: typeof given.token } : given;
}
