/**
 * Finds who may invoke a function according to its policies. Lambda keeps one policy for the function itself, and one
 * for each alias and version.
 */
import * as z from 'zod/mini';
import type { Trigger } from '../domain/lambda/callers.ts';

const oneOrMore = z.union([z.string(), z.array(z.string())]);
const Statement = z.object({
  Sid: z.optional(z.string()),
  Effect: z.string(),
  Action: oneOrMore,
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.union([oneOrMore, z.boolean()])))),
});
const Policy = z.object({ Statement: z.union([Statement, z.array(Statement)]) });

/** Throws when the text is not a policy. */
export function triggersIn({ policy, calledAs }: { policy: string; calledAs: string }): readonly Trigger[] {
  const { Statement: statements } = z.parse(Policy, JSON.parse(policy));
  return [statements]
    .flat()
    .filter(allowsCalls)
    .flatMap((statement) => triggersOf(statement, calledAs));
}

type Statement = z.infer<typeof Statement>;

/** A statement for a function URL is ignored here: another call reads the URL. */
function allowsCalls({ Effect, Action, Condition = {} }: Statement): boolean {
  const ofUrl = Object.values(Condition)
    .flatMap(Object.keys)
    .some((key) => /^lambda:(FunctionUrl|InvokedViaFunctionUrl)/i.test(key));
  return (
    Effect === 'Allow' &&
    !ofUrl &&
    [Action].flat().some((action) => /^(\*|lambda:(\*|Invoke(\*|Function|Async)))$/i.test(action))
  );
}

function triggersOf({ Sid = '', Principal, Condition = {} }: Statement, calledAs: string): readonly Trigger[] {
  const names = typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();
  const sources = sourcesIn(Condition);
  return names.flatMap((name) => {
    const from = /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1] ?? name;
    const about = { kind: 'permission', calledAs, from, id: Sid } as const;
    return sources.map((source) => ({ ...about, source }));
  });
}

/** Returns a single null when the statement names no source. */
function sourcesIn(condition: NonNullable<Statement['Condition']>): readonly (string | null)[] {
  const sources = Object.values(condition).flatMap((tests) =>
    Object.entries(tests).flatMap(([key, value]) =>
      /^aws:sourcearn$/i.test(key) && typeof value !== 'boolean' ? [value].flat() : [],
    ),
  );
  return sources.length === 0 ? [null] : sources;
}
