/** JSON pointers (RFC 6901): the place of a field in a document. */

/** Returns `/strategy/1/a~1b` for `['strategy', 1, 'a/b']`. The empty pointer is the whole document. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
