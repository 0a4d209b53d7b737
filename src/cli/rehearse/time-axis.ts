/** A time axis for all plots of a report: seconds, minutes or hours, with few ticks at round numbers. */
export interface TimeAxis {
  readonly unit: 'seconds' | 'minutes' | 'hours';
  readonly endSeconds: number;
  readonly ticks: readonly { readonly seconds: number; readonly label: string }[];
}

const UNITS = [
  { unit: 'seconds', seconds: 1, upTo: 180 },
  { unit: 'minutes', seconds: 60, upTo: 3 * 3_600 },
  { unit: 'hours', seconds: 3_600, upTo: Number.POSITIVE_INFINITY },
] as const;
const TICKS_MAX = 7;

/** The axis ends at the first tick that is not before `lastSeconds`. */
export function timeAxis(lastSeconds: number): TimeAxis {
  const last = Math.max(lastSeconds, 1);
  const { unit, seconds: each } = UNITS.find(({ upTo }) => last <= upTo) ?? UNITS[2];
  const step = roundStep(last / each / TICKS_MAX);
  const count = Math.ceil(last / each / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({
    seconds: index * step * each,
    label: String(Number((index * step).toPrecision(6))),
  }));
  return { unit, endSeconds: count * step * each, ticks };
}

/** Returns the smallest of 1, 2 and 5 times a power of ten that is not below `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((digit) => digit * power >= least * 0.999_999) ?? 10) * power;
}
