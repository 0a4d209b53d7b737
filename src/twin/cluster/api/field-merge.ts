/** Merges applied fields into the live object, and removes single fields. It never changes its arguments. */
import { isItem, itemKeys, type Path, type Segment } from './field-paths.ts';
import { type Fields, isMap } from './plain-data.ts';
import type { Shape } from './shapes.ts';

/** Structures and maps are merged, lists with keys are merged by item, and everything else is replaced. */
export function merged(shape: Shape, { live, applied }: { live: Fields; applied: Fields }): Fields {
  const result: Record<string, unknown> = { ...live };
  for (const [name, value] of Object.entries(applied)) {
    result[name] = mergedValue(childShape(shape, name), { live: live[name], applied: value });
  }
  return result;
}

function mergedValue(shape: Shape | undefined, { live, applied }: { live: unknown; applied: unknown }): unknown {
  switch (shape?.is) {
    case 'map':
    case 'struct':
      return isMap(live) && isMap(applied) && !shape.atomic ? merged(shape, { live, applied }) : applied;
    case 'list':
      if (shape.keys.length === 0 || !Array.isArray(live) || !Array.isArray(applied)) return applied;
      return mergedList(shape, { live, applied });
    case 'scalar':
    case undefined:
      return applied;
  }
}

function childShape(shape: Shape, name: string): Shape | undefined {
  switch (shape.is) {
    case 'struct':
      return shape.fields.get(name)?.shape;
    case 'map':
      return shape.of;
    case 'list':
    case 'scalar':
      return undefined;
  }
}

type KeyedList = Extract<Shape, { is: 'list' }>;

/**
 * Items that are in both lists are merged. The applied items keep their order. An item that is only in the live list
 * stays before the next item that is in both.
 */
function mergedList(
  { of, keys }: KeyedList,
  { live, applied }: { live: readonly Fields[]; applied: readonly Fields[] },
): Fields[] {
  const liveKeys = live.map((item) => printedKeys(item, keys));
  const appliedKeys = applied.map((item) => printedKeys(item, keys));
  const shared = appliedKeys.filter((key) => liveKeys.includes(key));
  const taken = new Set<string>();
  const result: Fields[] = [];
  let [i, j] = [0, 0];
  const take = () => {
    const key = appliedKeys[j] as string;
    result.push(merged(of, { live: live[liveKeys.indexOf(key)] ?? {}, applied: applied[j] as Fields }));
    taken.add(key);
    if (shared[0] === key) shared.shift();
    j += 1;
  };
  while (i < live.length || j < applied.length) {
    const key = liveKeys[i];
    if (key !== undefined && !appliedKeys.includes(key)) result.push(live[i++] as Fields);
    else if (key !== undefined && (taken.has(key) || (j < applied.length && shared[0] !== key))) i += 1;
    else take();
  }
  return result;
}

function printedKeys(item: Fields, keys: readonly string[]): string {
  return JSON.stringify(itemKeys(item, keys));
}

/** Returns a copy without the field. */
export function without<Value>(value: Value, [segment, ...rest]: Path): Value {
  if (Array.isArray(value)) return withoutItem(value, { segment, rest }) as Value;
  if (!isMap(value) || typeof segment !== 'string' || !(segment in value)) return value;
  const { [segment]: child, ...others } = value;
  return (rest.length === 0 ? others : { ...value, [segment]: without(child, rest) }) as Value;
}

function withoutItem(
  list: readonly unknown[],
  { segment, rest }: { segment: Segment | undefined; rest: Path },
): readonly unknown[] {
  if (segment === undefined || typeof segment === 'string') return list;
  if (rest.length === 0) return list.filter((one) => !isItem(one, segment.item));
  return list.map((one) => (isItem(one, segment.item) ? without(one, rest) : one));
}
