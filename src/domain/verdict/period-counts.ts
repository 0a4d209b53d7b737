/** One count of a period for both versions, and the reasons why a row cannot be true. */
import type { CountKey, JudgedRow, PeriodRow, VersionPeriod } from './period-row.ts';
import type { SequentialPolicy, SeriesPolicy } from './policy.ts';

/** Requests of one version, and how many of them are counted: both are whole numbers, `count` is 0 to `requests`. */
export interface Counted {
  readonly requests: number;
  readonly count: number;
}

/** The same count of both versions in the same time. */
export interface PeriodCounts {
  readonly canary: Counted;
  readonly stable: Counted;
}

export function countsOf({ canary, stable }: PeriodRow, key: CountKey): PeriodCounts {
  return { canary: countOf(canary, key), stable: countOf(stable, key) };
}

/** Callers check the row with `rowFault` first: a count that was not measured would be undefined here. */
export function countOf(version: VersionPeriod, key: CountKey): Counted {
  return { requests: version.requests, count: measured(version, key) as number };
}

/** Undefined when the count was not measured. A version without requests had no slow request. */
function measured({ requests, errors, slower }: VersionPeriod, key: CountKey): number | undefined {
  if (key === 'errors') return errors;
  return requests === 0 ? 0 : slower?.[key];
}

type NamedCount = Pick<SeriesPolicy, 'name' | 'count'>;

/** Why the figures of a row cannot be true, in words; null for a good row. Such a row is no evidence. See also `hasTime`. */
export function rowFault({ canary, stable }: PeriodRow, counts: readonly NamedCount[]): string | null {
  return versionFault('the canary', { version: canary, counts }) ?? versionFault('stable', { version: stable, counts });
}

function versionFault(
  who: string,
  { version, counts }: { readonly version: VersionPeriod; readonly counts: readonly NamedCount[] },
): string | null {
  const { requests } = version;
  if (!isCount(requests)) return `${requests} requests of ${who}`;
  for (const { name, count: key } of counts) {
    const count = measured(version, key);
    if (!isCount(count) || count > requests) return `${count ?? 'no'} ${name} in ${requests} requests of ${who}`;
  }
  return null;
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The last millisecond that a Date can represent. */
const TIME_MAX = 8.64e15;

/** False when the start of a row is no start of a period of its length. */
export function hasTime(row: JudgedRow, policy: Pick<SequentialPolicy, 'periodSeconds'>): boolean {
  const { startsAt } = row;
  return isCount(startsAt) && startsAt <= TIME_MAX && startsAt % (lengthSeconds(row, policy) * 1_000) === 0;
}

export function lengthSeconds({ periodSeconds }: JudgedRow, policy: Pick<SequentialPolicy, 'periodSeconds'>): 10 | 60 {
  return periodSeconds ?? policy.periodSeconds;
}

/** True when the judge reads the same in both rows. */
export function isSameRow(one: JudgedRow, other: JudgedRow): boolean {
  return (
    one.startsAt === other.startsAt &&
    one.periodSeconds === other.periodSeconds &&
    isSameVersion(one.canary, other.canary) &&
    isSameVersion(one.stable, other.stable)
  );
}

function isSameVersion(one: VersionPeriod, other: VersionPeriod): boolean {
  if (one.requests !== other.requests || one.errors !== other.errors) return false;
  const [slower, others] = [one.slower ?? [], other.slower ?? []];
  return slower.length === others.length && slower.every((count, place) => count === others[place]);
}
