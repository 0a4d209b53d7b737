/** The figures of a calibration in words for a person. */
import type { NamedHarm } from '../../rehearse/calibrate/asked.ts';
import type { Share } from '../../rehearse/rehearsal-result.ts';

/** For example `2 times the errors`, `1.5 times the latency`. */
export function harmInWords({ harm: { errorFactor, latencyFactor } }: NamedHarm): string {
  return errorFactor > 1 ? `${errorFactor} times the errors` : `${latencyFactor} times the latency`;
}

export function harmsInWords(harms: readonly NamedHarm[]): string {
  return harms.map(harmInWords).join(' or ');
}

/** A share, 0 to 1, as percent without the sign. */
export function percent(share: number): string {
  return share === 1 ? '100' : (share * 100).toFixed(1);
}

/** With three digits. */
export function number(value: number): string {
  const short = Number(value.toPrecision(3));
  return Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en-US') : String(short);
}

export function minutesInWords(minutes: number): string {
  if (minutes < 1) return `${number(minutes * 60)} seconds`;
  if (minutes < 180) return `${Number(minutes.toFixed(1))} minutes`;
  if (minutes < 72 * 60) return `${Number((minutes / 60).toFixed(1))} hours`;
  return `${number(minutes / 1_440)} days`;
}

/** For example `97.3 (96.4-97.9)`, in percent. */
export function interval({ share, from, to }: Share): string {
  return `${percent(share)} (${percent(from)}-${percent(to)})`;
}

export function trafficInWords({ requestsPerSecond }: { readonly requestsPerSecond: number }): string {
  return `${number(requestsPerSecond)} ${requestsPerSecond === 1 ? 'request' : 'requests'} a second`;
}
