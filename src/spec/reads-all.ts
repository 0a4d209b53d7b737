/** Holds a schema to the type that it reads: a field that only one of the two has does not compile. */
import type * as z from 'zod/mini';

/**
 * The schema as it is, if it reads a T from everything that a T can be. One that is narrower than its type does not compile:
 * what was written under the type could not be read back.
 */
export function readsAll<T>() {
  return <S extends z.ZodMiniType<T>>(
    schema: S &
      ([Loose<T>] extends [z.output<S>] ? (HasSameFields<T, z.output<S>> extends true ? unknown : never) : never),
  ): S => schema;
}

type HasSameFields<A, B> = [Whole<A>, Whole<B>] extends [Whole<B>, Whole<A>] ? true : false;

/** With every optional field: a schema that forgets one would read a document without it. */
type Whole<T> = T extends object ? { -readonly [K in keyof T]-?: Whole<T[K]> } : T;

type Loose<T> = T extends object ? { -readonly [K in keyof T]: Loose<T[K]> } : T;
