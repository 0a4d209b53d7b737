/**
 * Signatures with the credentials of the function's own role, without a client of the SDK: every function opens the
 * database, and what the SDK has for that is 140 KB of each bundle, where this is 9.
 */
import { sign } from 'aws4';

export interface Scope {
  readonly service: string;
  readonly region: string;
  readonly host: string;
}

const PRESIGNED_SECONDS = 900;

/** An address that says who asks for it, for 15 minutes: what Aurora DSQL takes for a password. */
export function presignedAddress({ action, ...scope }: Scope & { readonly action: string }): string {
  const path = `/?Action=${action}&X-Amz-Expires=${PRESIGNED_SECONDS}`;
  return `${scope.host}${sign({ ...scope, path, signQuery: true }).path}`;
}

/** The headers, signed, of a call to one of the services that take JSON. `target`: `secretsmanager.GetSecretValue`. */
export function signedHeaders({
  target,
  body,
  ...scope
}: Scope & { readonly target: string; readonly body: string }): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const signed = sign({ ...scope, method: 'POST', path: '/', headers, body }).headers ?? {};
  // The length is the sender's to say.
  const { 'Content-Length': _length, ...others } = signed;
  return Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
}
