/**
 * Messages about wrong fields: the fact and the next step. A schema that knows the noun for its field has its own
 * message; these are for all other schemas.
 */
import type * as z from 'zod/mini';

type RawIssue = z.core.$ZodRawIssue;

/** The message for an issue when only the schema of the field is known. */
export function messageOf(issue: RawIssue): string {
  if (issue.code !== 'unrecognized_keys' && issue.input === undefined) return missingMessage(issue);
  switch (issue.code) {
    case 'invalid_type':
      return `This is ${shown(issue.input)}; write ${expectedInWords(issue.expected)}.`;
    case 'invalid_value':
      return `This is ${shown(issue.input)}; write ${listed(issue.values)}.`;
    case 'unrecognized_keys':
      return fieldsInWords(issue);
    case 'too_small':
    case 'too_big':
      return sizeMessage(issue);
    default:
      return `This is ${shown(issue.input)}, which is not allowed here.`;
  }
}

/** The error option of a schema: one sentence that contains the value, for every kind of issue. */
export function says(sentence: (value: string) => string): { error: (issue: RawIssue) => string } {
  return { error: (issue) => (issue.input === undefined ? missingMessage(issue) : sentence(shown(issue.input))) };
}

/** The value for a message: as JSON, and shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The input's own `kind`; the input itself when it has none. */
export function kindOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'kind' in input ? input.kind : input;
}

/** Returns `a, b or c`. */
export function listed(values: readonly unknown[]): string {
  const words = values.map(shown);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function missingMessage(issue: RawIssue): string {
  if (issue.code === 'invalid_type') return `This field is missing; write ${expectedInWords(issue.expected)}.`;
  if (issue.code === 'invalid_value') return `This field is missing; write ${listed(issue.values)}.`;
  return 'This field is missing.';
}

function sizeMessage(issue: RawIssue & { code: 'too_small' | 'too_big' }): string {
  const [limit, word] =
    issue.code === 'too_small' ? [Number(issue.minimum), 'at least'] : [Number(issue.maximum), 'at most'];
  switch (issue.origin) {
    case 'string':
      return `The text has ${String(issue.input).length} characters; it has ${word} ${limit}.`;
    case 'array':
      return `The list has ${(issue.input as unknown[]).length} entries; it has ${word} ${limit}.`;
    default:
      return `This is ${shown(issue.input)}; it is ${word} ${limit}.`;
  }
}

function expectedInWords(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'an object with fields';
    default:
      return `a ${expected}`;
  }
}

function fieldsInWords({ inst }: RawIssue): string {
  const definition: object = inst?._zod.def ?? {};
  const fields = 'shape' in definition ? Object.keys(definition.shape as object) : [];
  return fields.length === 0 ? 'It takes no fields: write {}.' : `The fields here are ${fields.join(', ')}.`;
}
