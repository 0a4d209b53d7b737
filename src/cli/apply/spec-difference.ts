/** What differs between the registered spec of a service and the one of a file, field by field. */
import { isDeepStrictEqual } from 'node:util';

export interface Change {
  /** In the words of the file: `judge.harmRatio`, `strategy item 2, bake.minutes`. */
  readonly field: string;
  /** Left out when the field or the item is new. */
  readonly from?: unknown;
  /** Left out when the field or the item is taken out. */
  readonly to?: unknown;
}

/** Both are whole specs, with their defaults. */
export function specDifference(from: object, to: object): Change[] {
  return objectChanges(from as Fields, { to: to as Fields, at: '' });
}

type Fields = Readonly<Record<string, unknown>>;

function changes(from: unknown, { to, at }: { readonly to: unknown; readonly at: string }): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (from === undefined) return [{ field: at, to }];
  if (to === undefined) return [{ field: at, from }];
  if (Array.isArray(from) && Array.isArray(to)) return listChanges(from, { to, at });
  if (isFields(from) && isFields(to) && isSameThing(from, to)) return objectChanges(from, { to, at });
  return [{ field: at, from, to }];
}

function objectChanges(from: Fields, { to, at }: { readonly to: Fields; readonly at: string }): Change[] {
  const names = [...Object.keys(to), ...Object.keys(from).filter((name) => !(name in to))];
  return names.flatMap((name) => changes(from[name], { to: to[name], at: below(at, name) }));
}

function below(at: string, name: string): string {
  if (at === '') return name;
  return / item \d+$/.test(at) ? `${at}, ${name}` : `${at}.${name}`;
}

/** Another kind, or another unit of time, is another thing: both are shown whole. */
function isSameThing(from: Fields, to: Fields): boolean {
  if (from.kind !== to.kind) return false;
  return Object.keys(from).length > 1 || Object.keys(to).length > 1 || Object.keys(from)[0] === Object.keys(to)[0];
}

/** Items that are equal at the beginning and at the end stay: what is between them was changed, added or taken out. */
function listChanges(
  from: readonly unknown[],
  { to, at }: { readonly to: readonly unknown[]; readonly at: string },
): Change[] {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && isDeepStrictEqual(from[head], to[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && isDeepStrictEqual(from.at(-1 - tail), to.at(-1 - tail))) tail += 1;
  const [before, after] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)];
  const item = (index: number) => `${at} item ${head + index + 1}`;
  if (before.length === after.length) {
    return before.flatMap((one, index) => changes(one, { to: after[index], at: item(index) }));
  }
  return [
    ...before.map((one, index) => ({ field: item(index), from: one })),
    ...after.map((one, index) => ({ field: item(index), to: one })),
  ];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
