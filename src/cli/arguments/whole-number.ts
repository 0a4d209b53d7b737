/** Reads the value of an option that is a whole number. */
import { SlipwayError } from '../../domain/errors.ts';

export interface WholeNumber {
  /** The name of the option, without its dashes. */
  readonly name: string;
  /** 1 when left out. */
  readonly min?: number;
  readonly max: number;
}

/** Throws InvalidRequest, which says what to write. */
export function wholeNumber(text: string, { name, min = 1, max }: WholeNumber): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new SlipwayError(
    'InvalidRequest',
    `--${name} is ${JSON.stringify(text)}. Write a whole number from ${min} to ${max}.`,
  );
}
