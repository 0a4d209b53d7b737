/** Reads a length of time from the command line: `90s`, `30m`, `2h`. */
import { SlipwayError } from '../../domain/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MAX_MS = 7 * 24 * 3_600_000;

/** Returns milliseconds. Throws InvalidRequest, which says what to write. */
export function durationOption(text: string, { name }: { readonly name: string }): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? 0);
  if (ms > 0 && ms <= MAX_MS) return ms;
  const next = 'Write a whole number with its unit, such as 90s, 30m or 2h, up to 168h.';
  throw new SlipwayError('InvalidRequest', `--${name} is ${JSON.stringify(text)}. ${next}`);
}
