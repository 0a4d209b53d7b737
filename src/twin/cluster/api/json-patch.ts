/** A JSON patch, RFC 6902, with the operations that a brake uses. */
import type { PatchStep } from '../../../domain/workload/brake-order.ts';
import { type Fields, isMap, isSame } from './plain-data.ts';

/** Returns the patched copy; null when a test fails, or when a value to change does not exist. */
export function jsonPatched(value: unknown, steps: readonly PatchStep[]): unknown {
  let patched = value;
  for (const step of steps) {
    const next = stepped(patched, { ...step, keys: keysOf(step.path) });
    if (next === undefined) return null;
    patched = next;
  }
  return patched;
}

/** `/metadata/annotations/a~1b` has three keys; the last key is `a/b`. */
function keysOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface Keyed extends Pick<PatchStep, 'op' | 'value'> {
  readonly keys: readonly string[];
}

function stepped(node: unknown, { op, value, keys: [key, ...rest] }: Keyed): unknown {
  if (key === undefined) return op !== 'test' ? value : isSame(node, value) ? node : undefined;
  if (!hasKey(node, { key, isNew: op === 'add' && rest.length === 0 })) return undefined;
  const child = stepped((node as Fields)[key], { op, value, keys: rest });
  if (child === undefined) return undefined;
  if (Array.isArray(node)) return node.map((one, at) => (at === Number(key) ? child : one));
  return { ...(node as Fields), [key]: child };
}

function hasKey(node: unknown, { key, isNew }: { readonly key: string; readonly isNew: boolean }): boolean {
  if (Array.isArray(node)) return /^\d+$/.test(key) && Number(key) < node.length;
  return isMap(node) && (isNew || key in node);
}
