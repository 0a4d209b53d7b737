import * as z from 'zod/mini';
import { readsAll } from '../../src/spec/reads-all.ts';

interface Part {
  readonly name: string;
  readonly limit?: number | undefined;
}

const name = z.string();
const limit = z.optional(z.number());
const whole = z.object({ name, limit });

test('a schema that reads all of its type stays the schema that it was', () => {
  expect(readsAll<Part>()(whole)).toBe(whole);
});

// A line below that compiles is an error of its own for tsc, because then it expects an error that does not come.
const refused = {
  // @ts-expect-error A field of the type is missing.
  withoutName: readsAll<Part>()(z.object({ limit })),
  // @ts-expect-error A field that may be left out is missing.
  withoutLimit: readsAll<Part>()(z.object({ name })),
  // @ts-expect-error The type does not have this field.
  withMore: readsAll<Part>()(z.object({ name, limit, more: z.string() })),
  // @ts-expect-error The type does not have this field, which may be left out.
  withMaybeMore: readsAll<Part>()(z.object({ name, limit, more: z.optional(z.string()) })),
  // @ts-expect-error The type allows more names.
  narrower: readsAll<Part>()(z.object({ name: z.enum(['checkout']), limit })),
  // @ts-expect-error The type is a text.
  another: readsAll<Part>()(z.object({ name: z.number(), limit })),
};

test('a document that was written under its type is lost or refused by each schema that does not compile', () => {
  const document = { name: 'orders', limit: 2 };
  const read = (schema: z.ZodMiniType) => z.safeParse(schema, document).data;
  expect(read(whole)).toEqual(document);
  expect(read(refused.withoutName)).toEqual({ limit: 2 });
  expect(read(refused.withoutLimit)).toEqual({ name: 'orders' });
  expect([refused.withMore, refused.narrower, refused.another].map(read)).toEqual([undefined, undefined, undefined]);
});
