import * as z from 'zod/mini';
import { written } from '../../src/spec/written.ts';

const Form = z.object({
  kind: z.literal('limit'),
  of: z.enum(['errors', 'latency']),
  above: z.union([z.object({ percent: z.number() }), z.object({ ms: z.number() })]),
  note: z.optional(z.string()),
});
const percent = z.strictObject({ percent: z.literal([1, 2]) });
const ms = z.strictObject({ ms: z.int() });
const note = z.optional(z.string().check(z.maxLength(5)));
const Written = written(Form, { above: z._default(z.union([percent, ms]), { percent: 1 }), note });

test('a written part has the fields of the form in the order of the form, with a default where a rule gives one', () => {
  const read = Written.parse({ note: 'x', of: 'errors', kind: 'limit' });
  expect(JSON.stringify(read)).toBe('{"kind":"limit","of":"errors","above":{"percent":1},"note":"x"}');
  expect(Form.parse(read)).toEqual(read);
});

test.each<[string, object]>([
  ['a field that the form does not have', { more: 1 }],
  ['a value that a rule refuses', { note: 'too long' }],
  ['a word that the form does not have', { of: 'cost' }],
])('a written part with %s is refused', (_what, fields) => {
  expect(Written.safeParse({ kind: 'limit', of: 'errors', ...fields }).success).toBe(false);
});

test('a rule that is missing, too much or of another type does not compile', () => {
  const above = z.union([percent, ms]);
  const schemas = [
    // @ts-expect-error A text has no rule.
    written(Form, { above }),
    // @ts-expect-error No rule lets anybody write milliseconds.
    written(Form, { above: percent, note }),
    // @ts-expect-error The form does not have this field.
    written(Form, { above, note, more: z.string() }),
    // @ts-expect-error A note is a text.
    written(Form, { above, note: z.optional(z.number()) }),
    // @ts-expect-error The form may be without a note, and nobody could leave it out.
    written(Form, { above, note: z.string() }),
  ];
  expect(schemas.map((schema) => schema.safeParse({ kind: 'limit', of: 'errors', above: { ms: 1 } }).success)).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});
