/**
 * What must never stand in a log: tokens, passwords, signatures. By the name of a field, and by the look of a text,
 * because an error of somebody else may quote what it was given.
 */
const SECRET_FIELDS = /^(authorization|(set-)?cookie|x-api-key|.*(token|secret|password|credentials?))$/i;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // A JWT, whole or without its signature.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, '***'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  // The password of a URL: postgres://user:password@host.
  [/(\w:\/\/[^\s:/@]*):[^\s/@]+@/g, '$1:***@'],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)|password|access_token)=[^&\s"',]+/gi, '$1=***'],
  // The task tokens of Step Functions and the session tokens of IAM are longer than any name or path of ours.
  [/[\w+/=-]{120,}/g, '***'],
];

/** For JSON.stringify: every field of a line goes through it, those of errors and their causes too. */
export function redactSecrets(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (SECRET_FIELDS.test(field)) return '***';
  return SECRET_TEXTS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value);
}
