/** Times of the API in words. */

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `4 minutes ago`; a text that is no time stays as it is. */
export function ago(at: string | null | undefined, now: number): string {
  const ms = Date.parse(at ?? '');
  if (Number.isNaN(ms)) return at ?? '';
  return `${spanInWords(now - ms)} ago`;
}

/** The span in its largest unit, rounded down. */
export function spanInWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The same for a column: `13 s`, `4 min`, `2 h`, `3 d`. */
export function age(at: string | null | undefined, now: number): string {
  const [count = '', unit = ''] = spanInWords(now - Date.parse(at ?? '')).split(' ');
  return Number.isNaN(Date.parse(at ?? '')) ? (at ?? '') : `${count} ${SHORT[unit.replace(/s$/, '')] ?? unit}`;
}

const SHORT: Readonly<Record<string, string>> = { second: 's', minute: 'min', hour: 'h', day: 'd' };

/** `2026-01-05 12:03:07 UTC`. */
export function clockTime(at: string | null | undefined): string {
  const ms = Date.parse(at ?? '');
  return Number.isNaN(ms) ? (at ?? '') : `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
