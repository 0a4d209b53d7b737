/**
 * Finds text in a request that no database can store. Such a request is refused before the operation begins, whatever
 * the schema of the field is.
 */
import type { FieldProblem } from '../../domain/service/service-spec.ts';
import { isStorable } from '../../domain/storable-text.ts';
import { jsonPointer } from './pointer.ts';

const DETAIL =
  'The text holds the character NUL, or half of a surrogate pair, which cannot be stored. Take that character out.';

/**
 * Returns one problem for each such field or field name, at any depth. It does not recurse, because the caller chooses
 * the depth.
 */
export function unstorableFields(value: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const left: Found[] = [{ value, path: null }];
  for (let found = left.pop(); found !== undefined; found = left.pop()) {
    const { value: inner, path } = found;
    if (typeof inner === 'string' && !isStorable(inner)) problems.push({ pointer: pointerTo(path), detail: DETAIL });
    if (typeof inner !== 'object' || inner === null) continue;
    for (const [part, field] of Object.entries(inner)) {
      const at = { part, before: path };
      if (isStorable(part)) left.push({ value: field, path: at });
      else problems.push({ pointer: pointerTo(at), detail: DETAIL });
    }
  }
  return problems.reverse();
}

/** Paths are linked and not copied, so that a deep value costs no more than a wide one. */
interface Path {
  readonly part: string;
  readonly before: Path | null;
}

interface Found {
  readonly value: unknown;
  readonly path: Path | null;
}

function pointerTo(path: Path | null): string {
  const parts: string[] = [];
  for (let place = path; place !== null; place = place.before) parts.unshift(place.part);
  return jsonPointer(parts);
}
