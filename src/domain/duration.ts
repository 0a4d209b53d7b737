/** Lengths of time as a service spec writes them: exactly one unit, a whole number of it. */
export type Duration = { readonly seconds: number } | { readonly minutes: number } | { readonly hours: number };

/** The length in milliseconds. */
export function durationMs(duration: Duration): number {
  if ('seconds' in duration) return duration.seconds * 1_000;
  if ('minutes' in duration) return duration.minutes * 60_000;
  return duration.hours * 3_600_000;
}

/** A length of whole seconds in the largest unit that it is a whole number of. */
export function durationOf(ms: number): Duration {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds % 3_600 === 0) return { hours: seconds / 3_600 };
  return seconds % 60 === 0 ? { minutes: seconds / 60 } : { seconds };
}

/** The length as a person says it: `5 minutes`, `1 hour`. */
export function durationInWords(duration: Duration): string {
  const [[unit, count]] = Object.entries(duration) as [[string, number]];
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}
