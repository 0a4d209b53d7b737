/** How people write a part of a spec: the fields of its normal form, each with a rule that says what is wrong with a value. */
import * as z from 'zod/mini';

/**
 * The part with a rule in the place of each field, and no other field. A rule may be stricter than the normal form, fill in a default and
 * describe the field; its values have the form's type. Only a field that is one of a few words needs no rule.
 */
export function written<S extends z.core.$ZodShape, R extends RulesFor<S>>(
  form: z.ZodMiniObject<S>,
  rules: R & LeavesOutNothing<S, R>,
): z.ZodMiniObject<z.core.util.Extend<S, R>, z.core.$strict> {
  return z.strictObject<z.core.util.Extend<S, R>>({ ...form.shape, ...rules } as never) as never;
}

type RulesFor<S extends z.core.$ZodShape> = {
  readonly [K in keyof S as S[K] extends OneOfAFewWords ? never : K]: z.ZodMiniType<z.output<S[K]>>;
};

type OneOfAFewWords = { readonly _zod: { readonly def: { readonly type: 'literal' | 'enum' } } };

/** A kind of step, for example, that no rule lets people write does not compile, nor does a field that the form does not have. */
type LeavesOutNothing<S extends z.core.$ZodShape, R> = {
  readonly [K in keyof R]: K extends keyof S
    ? [Comparable<z.output<S[K]>>] extends [Comparable<z.output<R[K]>>]
      ? unknown
      : never
    : never;
};

/** With every optional field, and without the numbers to which a rule limits a value. */
type Comparable<T> = T extends number
  ? number
  : T extends object
    ? { -readonly [K in keyof T]-?: Comparable<T[K]> }
    : T;
