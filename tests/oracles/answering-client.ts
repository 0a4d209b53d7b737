/** Clients of the SDK that answer by themselves and send nothing. All code before the sending is the SDK's own. */

/** The answer of an operation, or a function that makes the answer from the input or throws. */
export type Answer = object | ((input: never) => object);

interface Answerable {
  readonly middlewareStack: { add(middleware: unknown, options: { readonly step: 'initialize' }): void };
}
interface Context {
  readonly commandName?: string;
}

/** `answers` holds the answers by the name of the operation, for operations with an answer of their own. */
export function answering<C extends object>(
  client: C,
  answer: Answer,
  answers: Readonly<Record<string, Answer>> = {},
): C {
  const middleware =
    (_next: unknown, { commandName = '' }: Context) =>
    async ({ input }: { input: never }) => {
      const own = answers[commandName.replace(/Command$/, '')] ?? answer;
      return { output: typeof own === 'function' ? own(input) : own, response: {} };
    };
  (client as unknown as Answerable).middlewareStack.add(middleware, { step: 'initialize' });
  return client;
}

/** The answer of an operation that fails with an error of this name. */
export function failing(name: string): Answer {
  return () => {
    throw Object.assign(new Error('as AWS words it'), { name, $metadata: { httpStatusCode: 400 } });
  };
}
