/**
 * Signatures with the credentials of the function's own role, without a client of the SDK: every function opens the
 * database, and what the SDK has for that is 140 KB of each bundle, where this is 9.
 */
import aws4, { type Request } from 'aws4';

export interface Scope {
  readonly service: string;
  readonly region: string;
  readonly host: string;
}

const PRESIGNED_SECONDS = 900;

/** An address that says who asks for it, for 15 minutes: what Aurora DSQL takes for a password. */
export function presignedAddress({ action, ...scope }: Scope & { readonly action: string }): string {
  const path = `/?Action=${action}&X-Amz-Expires=${PRESIGNED_SECONDS}`;
  return `${scope.host}${aws4.sign({ ...scope, path, signQuery: true }).path}`;
}

/** An address by which EKS finds out who asks: for a minute, and for this cluster alone. */
export function clusterAddress({ cluster, ...scope }: Omit<Scope, 'service'> & { readonly cluster: string }): string {
  const path = '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60';
  const headers = { 'x-k8s-aws-id': cluster };
  return `https://${scope.host}${aws4.sign({ ...scope, service: 'sts', path, headers, signQuery: true }).path}`;
}

/** The headers, signed, of a call that asks one of the services for what has this path. */
export function signedQuestion(scope: Scope & { readonly path: string }): Readonly<Record<string, string>> {
  return headersIn(aws4.sign({ ...scope, method: 'GET' }));
}

/** The headers, signed, of a call to one of the services that take JSON. `target`: `secretsmanager.GetSecretValue`. */
export function signedHeaders({
  target,
  body,
  ...scope
}: Scope & { readonly target: string; readonly body: string }): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return headersIn(aws4.sign({ ...scope, method: 'POST', path: '/', headers, body }));
}

function headersIn({ headers: signed = {} }: Request): Readonly<Record<string, string>> {
  // The length is the sender's to say.
  const { 'Content-Length': _length, ...others } = signed;
  return Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
}
