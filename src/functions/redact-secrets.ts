/**
 * Removes secrets from logs: tokens, passwords and signatures. It finds them by the name of a field and by the form of
 * a text. The form matters because an error of another library may quote its input.
 */
const SECRET_FIELDS = /^(authorization|(set-)?cookie|x-api-key|.*(token|secret|password|credentials?))$/i;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // A JWT, whole or without its signature.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, '***'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 ***'],
  // The password of a URL: postgres://user:password@host.
  [/(\w:\/\/[^\s:/@]*):[^\s/@]+@/g, '$1:***@'],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)|password|access_token)=[^&\s"',]+/gi, '$1=***'],
  // The task tokens of Step Functions and the session tokens of IAM are longer than any name or path of Slipway.
  [/[\w+/=-]{120,}/g, '***'],
];

/**
 * For JSON.stringify, which passes every field of a log line through it, including those of errors and their causes.
 */
export function redactSecrets(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (SECRET_FIELDS.test(field)) return '***';
  return SECRET_TEXTS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), value);
}
