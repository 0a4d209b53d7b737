/** The schema of a whole number within limits, with a message for any other value. */
import * as z from 'zod/mini';
import { says } from './messages.ts';

export function wholeNumber({ noun, min, max }: { noun: string; min: number; max: number }) {
  const error = says((value) => `The ${noun} is ${value}; write a whole number from ${min} to ${max}.`);
  return z.int(error).check(z.minimum(min, error), z.maximum(max, error));
}
