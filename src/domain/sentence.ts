/** The text with a full stop, unless it ends like a sentence already: reasons come from people, clouds and programs. */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
