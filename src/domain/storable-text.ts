/** Text that a database stores as it is. PostgreSQL refuses the character NUL, and half of a surrogate pair has no form in UTF-8. */

/** True when what is read back later is the same text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** For words of others, such as the answer of a check: what cannot be stored becomes the replacement character. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
