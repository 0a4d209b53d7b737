/** What was probably meant by a wrong field or a wrong word: the same hint in an answer of the API and in `slipway lint`. */
import type * as z from 'zod/mini';
import type { FieldProblem } from '../../domain/service/service-spec.ts';
import { closeWord } from './close-word.ts';
import { jsonPointer } from './pointer.ts';
import { fieldsOf, partOf, placesOf, schemasAt } from './schema-fields.ts';

type Issue = z.core.$ZodIssue;

export interface FoundProblem extends FieldProblem {
  /** What is wrong: the name of the field, its value, or that it is not there. */
  readonly what: 'field' | 'value' | 'missing';
  /** The pointer of the field that was probably meant by an unknown field. */
  readonly meant?: string;
}

export interface Around {
  /** The object with the field. */
  readonly path: readonly PropertyKey[];
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  /** What the schema says. */
  readonly message: string;
}

export function unknownField(key: string, around: Around): FoundProblem {
  const { path, schema, message } = around;
  const pointer = jsonPointer([...path, key]);
  const near = closeWord(key, fieldsOf(schemasAt(schema, around)));
  const fact = `There is no field "${key}" here.`;
  if (near === null || near.edits > 1) {
    const places = placesOf(schema, key);
    // A field that is in many places, such as `name`, says nothing about where it belongs.
    if (places.length > 0 && places.length <= PLACES_MAX) {
      return { pointer, detail: `${fact} It belongs into ${places.join(' or ')}. ${message}`, what: 'field' };
    }
  }
  if (near === null) return { pointer, detail: `${fact} ${message}`, what: 'field' };
  const meant = jsonPointer([...path, near.word]);
  return { pointer, detail: `${fact} Did you mean "${near.word}"? ${message}`, what: 'field', meant };
}

const PLACES_MAX = 2;

/**
 * The fields because of which no alternative fits. Empty when the fields are known, and when no known field is close:
 * then the message about all alternatives says more.
 */
export function unknownFields(issue: z.core.$ZodIssueInvalidUnion, around: Around): FoundProblem[] {
  const discriminator = issue.discriminator;
  const path = discriminator === undefined ? around.path : around.path.slice(0, -1);
  const value = path.reduce(partOf, around.value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const schemas = schemasAt(around.schema, { value: around.value, path });
  // With its kind missing, every field is unknown: only the one that is close to `kind` is wrong.
  const known = discriminator === undefined ? fieldsOf(schemas) : [discriminator];
  if (discriminator !== undefined && discriminator in value) return [];
  const all = fieldsOf(schemas);
  return Object.keys(value)
    .filter((key) => !all.includes(key) && closeWord(key, known) !== null)
    .map((key) => unknownField(key, { ...around, path }));
}

export function missingField(path: readonly PropertyKey[], message: string): FoundProblem {
  return { pointer: jsonPointer(path), detail: message, what: 'missing' };
}

/** A sentence with a space before it, or nothing. */
export function valueHint(issue: Issue, value: unknown): string {
  if (typeof value === 'string') {
    const near = closeWord(value, wordsOf(issue));
    if (near !== null) return ` Did you mean ${JSON.stringify(near.word)}?`;
    const wantsNumber = issue.code === 'invalid_type' && /^(int|number)$/.test(issue.expected);
    return wantsNumber && /^-?\d+(\.\d+)?$/.test(value) ? ` Write it without quotes: ${value}.` : '';
  }
  const isUnquoted = issue.code === 'invalid_type' && issue.expected === 'string';
  return isUnquoted && /^(number|boolean)$/.test(typeof value) ? ` Write it in quotes: "${String(value)}".` : '';
}

/** The words of which the value should be one. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.filter((word) => typeof word === 'string');
  if (issue.code !== 'invalid_union') return [];
  const kinds = 'options' in issue ? (issue.options ?? []).filter((word) => typeof word === 'string') : [];
  return [...kinds, ...issue.errors.flat().flatMap((inner) => (inner.path.length === 0 ? wordsOf(inner) : []))];
}
