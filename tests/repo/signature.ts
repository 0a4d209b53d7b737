/** Computes AWS Signature Version 4 as a service would, step by step from AWS's description and without the SDK. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Returns the header that the request should have, signed with the secret key `s`. */
export function signatureOf({ request, body }: { request: IncomingMessage; body: string }): string {
  const { headers, method = '', url = '' } = request;
  const [, scope = '', signed = ''] =
    /Credential=a\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const [path = '', query = ''] = url.split('?');
  const canonicalHeaders = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, query, canonicalHeaders.join(''), signed, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), 'AWS4s') as Buffer;
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=a/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}
