/**
 * Signs requests with the credentials of the function's own role, without a client of the SDK. Every function opens the
 * database, and the SDK's own signer is 140 KB of each bundle instead of 9.
 */
import aws4, { type Request } from 'aws4';

export interface Scope {
  readonly service: string;
  readonly region: string;
  readonly host: string;
}

const PRESIGNED_SECONDS = 900;

/** Returns an address that proves for 15 minutes who asks for it. Aurora DSQL takes it as a password. */
export function presignedAddress({ action, ...scope }: Scope & { readonly action: string }): string {
  const path = `/?Action=${action}&X-Amz-Expires=${PRESIGNED_SECONDS}`;
  return `${scope.host}${aws4.sign({ ...scope, path, signQuery: true }).path}`;
}

/** Returns an address by which EKS finds out who asks. It is valid for one minute, and for this cluster only. */
export function clusterAddress({ cluster, ...scope }: Omit<Scope, 'service'> & { readonly cluster: string }): string {
  const path = '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60';
  const headers = { 'x-k8s-aws-id': cluster };
  return `https://${scope.host}${aws4.sign({ ...scope, service: 'sts', path, headers, signQuery: true }).path}`;
}

/** Returns the signed headers of a call that reads a path of a service, or looks whether it is there. */
export function signedQuestion({
  method = 'GET',
  ...scope
}: Scope & { readonly path: string; readonly method?: 'GET' | 'HEAD' }): Readonly<Record<string, string>> {
  return headersIn(aws4.sign({ ...scope, method }));
}

/**
 * Returns the signed headers of a call to a service that takes JSON. `target` is a name such as
 * `secretsmanager.GetSecretValue`.
 */
export function signedHeaders({
  target,
  body,
  ...scope
}: Scope & { readonly target: string; readonly body: string }): Readonly<Record<string, string>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return headersIn(aws4.sign({ ...scope, method: 'POST', path: '/', headers, body }));
}

function headersIn({ headers: signed = {} }: Request): Readonly<Record<string, string>> {
  // The sender sets the length.
  const { 'Content-Length': _length, ...others } = signed;
  return Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
}
