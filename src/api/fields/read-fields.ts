/**
 * Reads a value from outside with a schema. It returns one JSON pointer for each wrong field. It does not list all
 * alternatives of a union: the keys that are present show which alternative was meant.
 */
import * as z from 'zod/mini';
import type { FieldProblem } from '../../domain/service/service-spec.ts';
import { messageOf } from './messages.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

type Issue = z.core.$ZodIssue;

export function readFields<S extends z.core.$ZodType>(schema: S, value: unknown): Read<z.output<S>> {
  const result = z.safeParse(schema, value, { error: messageOf });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: result.error.issues.flatMap((issue) => problemsOf(issue, [])) };
}

/** Returns `/strategy/1/a~1b` for `['strategy', 1, 'a/b']` (RFC 6901). The empty pointer is the whole document. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function problemsOf(issue: Issue, prefix: readonly PropertyKey[]): FieldProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: jsonPointer([...path, key]),
      detail: `There is no field "${key}" here. ${issue.message}`,
    }));
  }
  const meant = issue.code === 'invalid_union' ? alternativeMeant(issue.errors) : null;
  if (meant !== null) return meant.flatMap((inner) => problemsOf(inner, path));
  return [{ pointer: jsonPointer(path), detail: issue.message }];
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
