/**
 * Tells whether a body can be read as JSON text, before it is parsed. Without this check, compressed bytes or another
 * character set would be read as something that the caller did not send.
 */
import { isUtf8 } from 'node:buffer';
import { MIMEType } from 'node:util';
import { headerOf, type ParsedEvent } from './read-request.ts';

export interface UnreadableBody {
  readonly status: 400 | 415;
  /** The fact and the next step. */
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Returns null when the body can be parsed. An empty body always can. */
export function unreadableBody({ headers, rawBody, isBase64Encoded }: ParsedEvent): UnreadableBody | null {
  if (rawBody === '') return null;
  const encodings = headerOf(headers, 'content-encoding');
  if (encodings !== undefined && !/^\s*(identity\s*)?$/i.test(encodings)) {
    const detail = `The body is sent with the content encoding ${encodings}, which is not taken. Send it without one.`;
    return { status: 415, detail, headers: { 'accept-encoding': 'identity' } };
  }
  const type = headerOf(headers, 'content-type');
  const read = mimeType(type);
  if (read === null || !/^application\/(.+\+)?json$/.test(read.essence)) {
    return { status: 415, detail: `The content type is ${type ?? 'missing'}. Send the body as application/json.` };
  }
  const charset = charsetsIn(type ?? '').find((name) => !/^(utf-?8|us-ascii)$/i.test(name));
  if (charset !== undefined) {
    return {
      status: 415,
      detail: `The body is said to be ${charset}. JSON is UTF-8: encode it so, and leave charset out.`,
    };
  }
  if (isBase64Encoded && !isUtf8(Buffer.from(rawBody, 'base64'))) {
    return { status: 400, detail: 'The body is not UTF-8 text. Send it as JSON in UTF-8, not compressed.' };
  }
  return null;
}

/**
 * Returns the text to parse. Some editors and shells begin a file with a byte order mark, which means nothing in UTF-8.
 */
export function bodyText({ rawBody, isBase64Encoded }: ParsedEvent): string {
  const text = isBase64Encoded ? Buffer.from(rawBody, 'base64').toString('utf8') : rawBody;
  return text.replace(/^\uFEFF/, '');
}

/**
 * Returns all character sets that the content type names. A MIME parser drops some of them: with spaces around the
 * equals sign, or in a second parameter of the same name. An empty name counts as none.
 */
function charsetsIn(type: string): string[] {
  const said = [...type.matchAll(/;\s*charset\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)/gi)];
  return said.map(([, name = '']) => name.trim().replaceAll(/^"|"$|\\(?=.)/g, '')).filter((name) => name !== '');
}

function mimeType(type: string | undefined): MIMEType | null {
  try {
    return new MIMEType(type ?? '');
  } catch {
    return null;
  }
}
