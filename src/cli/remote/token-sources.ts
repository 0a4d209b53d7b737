/**
 * Where the command line gets the token that it sends. A token that is made on demand is kept until shortly before it
 * ends, so that a command may wait longer than a token lives.
 */
import { hostname, userInfo } from 'node:os';
import { isMintedSubject } from '../../domain/access/caller-name.ts';
import type { Role } from '../../domain/access/grant.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ids } from '../../ports/ids.ts';
import type { TokenKey } from '../../ports/token-key.ts';

export interface TokenSource {
  /** In words, without the token: `SLIPWAY_TOKEN`. */
  readonly from: string;
  /** Null when no token is sent. Throws when the token cannot be made. */
  read(): Promise<string | null>;
}

export const noToken: TokenSource = { from: 'no token', read: async () => null };

/** Throws InvalidRequest for a text that cannot be sent. The message never holds the text. */
export function givenToken(text: string, { from }: { readonly from: string }): TokenSource {
  if (/^[\x21-\x7e]+$/.test(text)) return { from, read: async () => text };
  throw new SlipwayError('InvalidRequest', `The token of ${from} is not one line of plain characters. Give it again.`);
}

/** A new token is made so long before the old one ends. */
const AHEAD_MS = 60_000;

interface Made {
  readonly token: string;
  readonly endsAt: number;
}

function keptToken(from: string, { clock, make }: { clock: Clock; make: () => Promise<Made> }): TokenSource {
  let kept: Made | undefined;
  return {
    from,
    async read() {
      if (kept === undefined || kept.endsAt - AHEAD_MS <= clock.now()) kept = await make();
      return kept.token;
    },
  };
}

export interface JobTokenOrder {
  readonly request: { readonly url: string; readonly token: string };
  readonly audience: string;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/** The token of a job in GitHub Actions, which needs `permissions: id-token: write`. */
export function jobToken({ request, audience, clock, fetch: fetchNow = fetch }: JobTokenOrder): TokenSource {
  return keptToken(`this job of GitHub Actions, for the audience ${audience}`, {
    clock,
    async make() {
      const address = `${request.url}${request.url.includes('?') ? '&' : '?'}audience=${encodeURIComponent(audience)}`;
      const response = await fetchNow(address, {
        headers: { authorization: `bearer ${request.token}` },
        signal: AbortSignal.timeout(10_000),
      }).catch((cause: unknown) => {
        throw noJobToken('cannot be reached', cause);
      });
      const body: unknown = await response.json().catch(() => null);
      const token = typeof body === 'object' && body !== null && 'value' in body ? body.value : undefined;
      if (!response.ok || typeof token !== 'string') throw noJobToken(`answered ${response.status}`);
      return { token, endsAt: endOf(token) ?? clock.now() };
    },
  });
}

function noJobToken(what: string, cause?: unknown): SlipwayError {
  const next = 'Check that the job has the permission id-token: write.';
  return new SlipwayError('Transient', `GitHub's place for a job's token ${what}. ${next}`, { cause });
}

const MINUTES = 15;

export interface SignedTokenOrder {
  readonly stage: string;
  readonly audience: string;
  /** The least that the command needs. */
  readonly role: Role;
  readonly keyOf: (key: { readonly keyId: string }) => Promise<TokenKey>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A token of 15 minutes that the key of the stage signs. IAM decides with kms:Sign who may do this. */
export function signedToken({ stage, audience, role, keyOf, clock, ids }: SignedTokenOrder): TokenSource {
  const issuer = stackOf(stage);
  return keptToken(`the key of stage ${stage}, by your AWS credentials`, {
    clock,
    async make() {
      const { mintToken } = await import('../../tokens/minted-tokens.ts');
      const from = clock.now();
      const until = from + MINUTES * 60_000;
      const grants = [{ role, services: '*' }] as const;
      const key = await keyOf({ keyId: `alias/${issuer}-tokens` });
      const order = { issuer, audience, subject: thisUser(), grants, id: ids.next('tok'), from, until };
      return { token: await mintToken(key, order), endsAt: until };
    },
  });
}

/** Throws InvalidRequest for what is no stage. */
export function stackOf(stage: string): string {
  if (/^[A-Za-z][A-Za-z0-9-]{0,62}$/.test(stage)) return `slipway-${stage}`;
  throw new SlipwayError('InvalidRequest', `--stage ${stage} is no stage. Give the one of the deployment.`);
}

/** The user and the machine, as timelines show them: `ann@laptop`. */
function thisUser(): string {
  const [user, host] = [userInfo().username, hostname()].map((text) => text.replace(/[^\w.+-]/g, '-').slice(0, 100));
  const name = `${user}@${host}`;
  return isMintedSubject(name) ? name : 'someone@unknown';
}

/** The end that the token claims, in epoch milliseconds; null when the token cannot be read or claims none. */
export function endOf(token: string): number | null {
  const { exp } = claimsOf(token) ?? {};
  return typeof exp === 'number' ? exp * 1_000 : null;
}

/** What the token claims, without proof; null when it is not a JSON Web Token. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
