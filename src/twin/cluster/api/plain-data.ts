/**
 * Plain data as the simulated API server stores it. The data is deeply frozen, so that it is passed without a copy and
 * a caller can never change what is stored.
 */
export type Fields = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A frozen copy of a caller's data, without values that are null or undefined: the API server treats these as absent.
 */
export function frozenCopy<Data>(value: Data): Data {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as Data;
  if (!isMap(value)) return value;
  const given = Object.entries(value).filter(([, child]) => child !== undefined && child !== null);
  return Object.freeze(Object.fromEntries(given.map(([key, child]) => [key, frozenCopy(child)]))) as Data;
}

/** Freezes data that was built here from frozen and new parts. A frozen part is frozen to its full depth already. */
export function frozen<Data>(value: Data): Data {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const child of Object.values(value)) frozen(child);
  return Object.freeze(value);
}

export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((child, at) => isSame(child, other[at]));
  }
  if (!isMap(one) || !isMap(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isSame(one[key], other[key]));
}

/** A JSON merge patch, RFC 7386: null removes. */
export function mergePatched(value: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else result[key] = mergePatched(result[key], change);
  }
  return result;
}

/** The API server writes times in whole seconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
