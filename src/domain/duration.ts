/** A length of time as a service spec writes it: a whole number of exactly one unit. */
export type Duration = { readonly seconds: number } | { readonly minutes: number } | { readonly hours: number };

export function durationMs(duration: Duration): number {
  if ('seconds' in duration) return duration.seconds * 1_000;
  if ('minutes' in duration) return duration.minutes * 60_000;
  return duration.hours * 3_600_000;
}

/** Returns the length, rounded up to whole seconds, in the largest unit that divides it without a rest. */
export function durationOf(ms: number): Duration {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds % 3_600 === 0) return { hours: seconds / 3_600 };
  return seconds % 60 === 0 ? { minutes: seconds / 60 } : { seconds };
}

/** Returns the length in words, such as `5 minutes` or `1 hour`. */
export function durationInWords(duration: Duration): string {
  const [[unit, count]] = Object.entries(duration) as [[string, number]];
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}
