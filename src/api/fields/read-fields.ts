/**
 * Reads a value from outside with a schema. What is wrong comes back as a list of JSON pointers, one a field, and never
 * as a dump of a union's alternatives: the alternative that was meant is found by the keys that are there.
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

/** `['strategy', 1, 'a/b']` as `/strategy/1/a~1b`, by RFC 6901; the whole document is the empty pointer. */
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

/** The alternative that fits as a whole and is wrong only within; failing that, the one that only has a field too many. */
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
