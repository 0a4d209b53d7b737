/** Makes an answer safe for a terminal: what a server quotes of a stranger must not move the cursor, hide or forge lines. */
import { visibleText } from '../../api/fields/visible-text.ts';

/** The same value with every text in it on one line, and its invisible characters as escapes. */
export function visibleAnswer<T>(value: T): T {
  if (typeof value === 'string') return visibleText(value.replace(/\s*\n\s*/g, ' ')) as T;
  if (Array.isArray(value)) return value.map(visibleAnswer) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, visibleAnswer(field)])) as T;
}
