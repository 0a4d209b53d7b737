/** One closed period of both versions as the sequential judge reads it, and what makes it unbelievable. */
import type { MinuteCounts } from './likelihood.ts';

/** What one version did. `counts` are whole numbers out of `requests`, under the names of the policy's series. */
export interface VersionCounts {
  readonly requests: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** A period of the policy's length is evidence; one of ten seconds feeds the hard guard. `startsAt` in epoch milliseconds. */
export interface MinuteRow {
  readonly startsAt: number;
  readonly periodSeconds: 10 | 60;
  readonly canary: VersionCounts;
  readonly stable: VersionCounts;
}

const MINUTE_MS = 60_000;

/** The start of the minute that holds the moment; both in epoch milliseconds. */
export function minuteStart(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Why a row cannot be true, in words; null for a good one. A row that cannot be true is no evidence of anything. */
export function rowFault(row: MinuteRow, names: readonly string[]): string | null {
  const { startsAt, canary, stable } = row;
  if (!hasTime(row)) return `a period that starts at ${startsAt}`;
  return versionFault('the canary', { version: canary, names }) ?? versionFault('stable', { version: stable, names });
}

/** The last millisecond that a Date can be. */
const TIME_MAX = 8.64e15;

/** False for a row of which nobody can say when it was. */
export function hasTime({ startsAt, periodSeconds }: MinuteRow): boolean {
  return isCount(startsAt) && startsAt <= TIME_MAX && startsAt % (periodSeconds * 1_000) === 0;
}

function versionFault(
  who: string,
  { version: { requests, counts }, names }: { readonly version: VersionCounts; readonly names: readonly string[] },
): string | null {
  if (!isCount(requests)) return `${requests} requests of ${who}`;
  const wrong = names.find((name) => !isCount(counts[name]) || counts[name] > requests);
  return wrong === undefined ? null : `${counts[wrong] ?? 'no'} ${wrong} in ${requests} requests of ${who}`;
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** One count of a good row, of both versions. */
export function countsOf({ canary, stable }: MinuteRow, name: string): MinuteCounts {
  // A row without the count is not a good one (`rowFault`).
  const counted = ({ requests, counts }: VersionCounts) => ({ requests, count: counts[name] as number });
  return { canary: counted(canary), stable: counted(stable) };
}

/** True when both say the same, whatever the order of the counts. */
export function isSameRow(one: MinuteRow, other: MinuteRow): boolean {
  const same = (a: VersionCounts, b: VersionCounts) =>
    a.requests === b.requests &&
    [...Object.keys(a.counts), ...Object.keys(b.counts)].every((name) => a.counts[name] === b.counts[name]);
  return (
    one.startsAt === other.startsAt &&
    one.periodSeconds === other.periodSeconds &&
    same(one.canary, other.canary) &&
    same(one.stable, other.stable)
  );
}
