/**
 * Reads a value from outside with a schema. It returns one JSON pointer for each wrong field. It does not list all
 * alternatives of a union: the keys that are present show which alternative was meant.
 */
import * as z from 'zod/mini';
import type { FieldProblem } from '../../domain/service/service-spec.ts';
import { type FoundProblem, missingField, unknownField, unknownFields, valueHint } from './hints.ts';
import { messageOf } from './messages.ts';
import { jsonPointer } from './pointer.ts';
import { partOf } from './schema-fields.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

type Issue = z.core.$ZodIssue;

export function readFields<S extends z.core.$ZodType>(schema: S, value: unknown): Read<z.output<S>> {
  const found = findFields(schema, value);
  if (found.ok) return found;
  return { ok: false, errors: found.problems.map(({ pointer, detail }) => ({ pointer, detail })) };
}

/** Like `readFields`. It also says of each problem whether the name of the field is wrong or its value. */
export function findFields<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
):
  | { readonly ok: true; readonly value: z.output<S> }
  | { readonly ok: false; readonly problems: readonly FoundProblem[] } {
  const result = z.safeParse(schema, value, { error: messageOf });
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, { path: [], schema, value }));
  // A misspelled field would look like two mistakes: an unknown field, and a missing one.
  const meant = new Set(problems.flatMap(({ meant: field }) => field ?? []));
  return { ok: false, problems: problems.filter((one) => one.what !== 'missing' || !meant.has(one.pointer)) };
}

interface Around {
  readonly path: readonly PropertyKey[];
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
}

function problemsOf(issue: Issue, around: Around): FoundProblem[] {
  const path = [...around.path, ...issue.path];
  const at = { ...around, path };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(key, { ...at, message: issue.message }));
  }
  if (issue.code === 'invalid_union') {
    const meant = alternativeMeant(issue.errors);
    if (meant !== null) return meant.flatMap((inner) => problemsOf(inner, at));
    const unknown = unknownFields(issue, { ...at, message: issue.message });
    if (unknown.length > 0) return unknown;
  }
  const value = path.reduce(partOf, around.value);
  if (value === undefined && path.length > 0) return [missingField(path, issue.message)];
  return [{ pointer: jsonPointer(path), detail: `${issue.message}${valueHint(issue, value)}`, what: 'value' }];
}

/**
 * Finds the alternative that was meant: the only one that is wrong only inside its fields. Otherwise it is the only one
 * that is wrong only by unknown fields.
 */
function alternativeMeant(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | null {
  return (
    only(alternatives.filter((issues) => !issues.some(isMismatch))) ??
    only(
      alternatives.filter((issues) =>
        issues.every(({ code, path }) => code === 'unrecognized_keys' && path.length === 0),
      ),
    )
  );
}

function isMismatch({ code, path }: Issue): boolean {
  return path.length === 0 && code !== 'too_big' && code !== 'too_small' && code !== 'custom';
}

function only<T>(candidates: readonly T[]): T | null {
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}
