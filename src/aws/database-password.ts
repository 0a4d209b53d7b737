/** Gets the password of a new database connection. The environment holds no part of it. */
import * as z from 'zod/mini';
import { SlipwayError } from '../domain/errors.ts';
import { attempt } from './errors.ts';
import { exchange } from './exchange.ts';
import { dnsSuffixOf } from './partitions.ts';
import { presignedAddress, signedHeaders } from './signed.ts';

/** Called for each new connection. */
export interface Password {
  (): Promise<string>;
  /**
   * Called when the server refused the password: the next call reads a newer one. Left out when each password is new.
   */
  readonly forget?: () => void;
}

/**
 * Aurora DSQL takes a signature of the role as the password. It is valid for 15 minutes, far longer than a connection
 * takes to open.
 */
export function dsqlPassword({ hostname, username }: { hostname: string; username: string }): Password {
  const region = hostname.split('.').at(-3) ?? '';
  const action = username === 'admin' ? 'DbConnectAdmin' : 'DbConnect';
  return async () => presignedAddress({ service: 'dsql', region, host: hostname, action });
}

/**
 * A function with many connections reads the secret no more often than this, unless the server refuses the password.
 */
const KEPT_MS = 60_000;
/** Less than the three seconds that opening a connection may take in all. */
const TIMEOUT_MS = 2_500;

export interface SecretSource {
  /** The address of an emulator, instead of AWS. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since any fixed moment. */
  readonly elapsedMs?: () => number;
}

/** The secret is the password, or JSON with a field `password`, as in the secrets that RDS makes and rotates. */
export function secretPassword(
  secretArn: string,
  { endpoint, elapsedMs = () => performance.now() }: SecretSource = {},
): Password {
  let kept: { readonly password: string; readonly until: number } | undefined;
  const read = async () => {
    if (kept !== undefined && elapsedMs() < kept.until) return kept.password;
    const password = passwordIn(await readSecret(secretArn, endpoint), secretArn);
    kept = { password, until: elapsedMs() + KEPT_MS };
    return password;
  };
  const forget = () => {
    kept = undefined;
  };
  return Object.assign(read, { forget });
}

async function readSecret(secretArn: string, endpoint: string | undefined): Promise<string> {
  const [, partition, , region = ''] = secretArn.split(':');
  const url = new URL(endpoint ?? `https://secretsmanager.${region}.${dnsSuffixOf(partition)}`);
  const body = JSON.stringify({ SecretId: secretArn });
  const target = 'secretsmanager.GetSecretValue';
  const attempted = { what: 'read the password of the database', action: 'secretsmanager:GetSecretValue' };
  return attempt(attempted, async () => {
    const headers = signedHeaders({ service: 'secretsmanager', region, host: url.host, target, body });
    const { status, text } = await exchange({ method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS });
    if (status !== 200) throw refusalOf(status, text);
    return SecretValue.parse(JSON.parse(text)).SecretString;
  });
}

const SecretValue = z.object({ SecretString: z.string() });
const Refusal = z.object({ __type: z.string(), message: z.optional(z.string()), Message: z.optional(z.string()) });

/** In the form of the SDK's errors, so that one file translates all of them. */
function refusalOf(status: number, text: string): Error {
  const refusal = Refusal.safeParse(jsonOf(text));
  const { __type = 'ServiceException', message, Message } = refusal.success ? refusal.data : {};
  const why = new Error(message ?? Message ?? `status ${status}`);
  return Object.assign(why, { name: __type.replace(/^.*#/, ''), $metadata: { httpStatusCode: status } });
}

const RdsSecret = z.object({ password: z.string().check(z.minLength(1)) });

function passwordIn(secret: string, secretArn: string): string {
  const document = jsonOf(secret);
  if (typeof document !== 'object' || document === null) return secret;
  const read = RdsSecret.safeParse(document);
  if (read.success) return read.data.password;
  const fact = `The secret ${secretArn} is JSON without a field "password".`;
  throw new SlipwayError(
    'Broken',
    `${fact} Put the password of the database there, or let the secret be the password alone.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
