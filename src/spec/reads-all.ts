/** Holds a schema to the type that it reads: a field that only one of the two has does not compile. */
import type * as z from 'zod/mini';

/**
 * Returns the schema unchanged when it accepts every value of type T. A narrower schema does not compile: it could not
 * read back a value that was written under the type.
 */
export function readsAll<T>() {
  return <S extends z.ZodMiniType<T>>(
    schema: S &
      ([Loose<T>] extends [z.output<S>] ? (HasSameFields<T, z.output<S>> extends true ? unknown : never) : never),
  ): S => schema;
}

type HasSameFields<A, B> = [Whole<A>, Whole<B>] extends [Whole<B>, Whole<A>] ? true : false;

/** T with every optional field required: a schema without one of the fields would silently drop it. */
type Whole<T> = T extends object ? { -readonly [K in keyof T]-?: Whole<T[K]> } : T;

type Loose<T> = T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T;
