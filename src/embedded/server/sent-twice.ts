/**
 * Finds a header that a request has more than once although it may come once. Node keeps the first of them, and a proxy
 * may have decided by the last.
 */
import type { IncomingMessage } from 'node:http';

const ONCE = ['host', 'authorization', 'content-type'];

/** Returns the name of the header; null when each of them comes at most once. */
export function sentTwice({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return ONCE.find((name) => names.indexOf(name) !== names.lastIndexOf(name)) ?? null;
}
