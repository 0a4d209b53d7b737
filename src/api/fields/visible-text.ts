/**
 * Makes text that quotes a caller safe to show: characters that are invisible or that control a terminal become
 * escapes.
 */

/** Line feeds and tabs stay, because kubectl's messages contain them. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u00A0\uFFFD]/gu;

export function visibleText(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
