/**
 * Protects stored data from changes by its callers, like a database. Data that was stored before is not copied again,
 * so a change costs only the changed part and not the whole document.
 */
const kept = new WeakSet<object>();

/** A deeply frozen copy without undefined fields, as JSON would store it. */
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
