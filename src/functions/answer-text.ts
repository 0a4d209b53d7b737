/**
 * Writes the body of an answer. It ends with a newline, so that the prompt of a terminal begins on its own line. A
 * person gets lines to read, and a program that asks for JSON alone gets one line.
 */
const LINE_MAX = 120;

/** Undefined gives no text, and a text stays as it is. `accept` is the header of the request. */
export function answerText(body: unknown, accept: string | undefined): string | undefined {
  if (body === undefined || typeof body === 'string') return body;
  const line = JSON.stringify(body);
  const isShort = line.length <= LINE_MAX || asksForJsonAlone(accept);
  return `${isShort ? line : readable(JSON.parse(line), '')}\n`;
}

/** The typed client does. curl and browsers accept anything. */
function asksForJsonAlone(accept = '*/*'): boolean {
  return accept.split(',').every((type) => /^\s*application\/(.+\+)?json\s*(;.*)?$/i.test(type));
}

/**
 * Only a list or an object that is too long for a line has a line for each of its parts. So a table stays a table, and
 * `grep '"status":"promoted"'` finds the same text in both forms.
 */
function readable(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((part) => readable(part, inner))
    : Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}:${readable(part, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const line = `${open}${parts.join(',')}${close}`;
  // A line break in a text is written as \\n, so only a part of several lines has one.
  const fits = indent.length + line.length <= LINE_MAX && !line.includes('\n');
  return fits ? line : `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
}
