/**
 * Keeps what is stored out of its callers' hands, as a database does. What was stored before is taken as it is, so that
 * a change costs what has changed and not the whole document.
 */
const kept = new WeakSet<object>();

/** A deeply frozen copy without undefined fields, as JSON would keep it. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || kept.has(value)) return value;
  const copy = Array.isArray(value) ? value.map(frozen) : frozenFields(value);
  kept.add(copy);
  return Object.freeze(copy) as T;
}

function frozenFields(value: object): object {
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) if (field !== undefined) copy[name] = frozen(field);
  return copy;
}
