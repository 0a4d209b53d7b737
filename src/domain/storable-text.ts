/**
 * Tells whether PostgreSQL can store a text unchanged, and makes any text storable. PostgreSQL refuses the character
 * NUL, and half of a surrogate pair has no form in UTF-8.
 */

/** True when the database returns exactly this text later. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/**
 * Makes text from outside storable, such as the answer of a hook: each character that cannot be stored becomes the
 * replacement character.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
