/** A field that is a whole number within limits, and says so of what is none. */
import * as z from 'zod/mini';
import { says } from './messages.ts';

export function wholeNumber({ noun, min, max }: { noun: string; min: number; max: number }) {
  const error = says((value) => `The ${noun} is ${value}; write a whole number from ${min} to ${max}.`);
  return z.int(error).check(z.minimum(min, error), z.maximum(max, error));
}
