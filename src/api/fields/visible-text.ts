/**
 * Makes text that quotes a caller safe to show: characters that are invisible or that control a terminal become
 * escapes.
 */

/** Line feeds and tabs stay, because kubectl's messages contain them. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00A0\uFFFD]/gu;

export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(''),
  );
}

/** As JSON writes it, a character above U+FFFF in two parts: JSON in which it is escaped stays JSON. */
function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
