/**
 * Adds a full stop, unless the text already ends like a sentence. Reasons come from people, clouds and programs, and
 * some of them have none.
 */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
