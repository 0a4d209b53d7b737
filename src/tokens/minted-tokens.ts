/**
 * Slipway's own tokens: an operator makes them, a key that IAM protects signs them, and they carry their own grants.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isMintedSubject } from '../domain/access/caller-name.ts';
import type { Grant } from '../domain/access/grant.ts';
import { TOKEN_HOURS_MAX, TOKEN_LENGTH_MAX } from '../domain/access/token.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { TokenKey } from '../ports/token-key.ts';
import { readGrants } from './grants.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

const ALGORITHM = 'ES256';

export interface MintOrder {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly grants: readonly Grant[];
  readonly id: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** A signature of 64 bytes in base64url, and the dot before it. */
const SIGNATURE_LENGTH = 87;

/** Throws InvalidRequest, and signs nothing, when the token would be longer than Slipway accepts. */
export async function mintToken(key: TokenKey, order: MintOrder): Promise<string> {
  const [iat, exp] = [order.from, order.until].map((ms) => Math.floor(ms / 1_000));
  const claims = {
    iss: order.issuer,
    aud: order.audience,
    sub: order.subject,
    grants: order.grants,
    jti: order.id,
    iat,
    exp,
  };
  const content = `${encoded({ alg: ALGORITHM, typ: 'JWT' })}.${encoded(claims)}`;
  const length = content.length + SIGNATURE_LENGTH;
  if (length > TOKEN_LENGTH_MAX) {
    const fact = `The token would have ${length} characters, and Slipway reads at most ${TOKEN_LENGTH_MAX}.`;
    throw new SlipwayError('InvalidRequest', `${fact} Make one for fewer services, or for '*'.`);
  }
  return `${content}.${Buffer.from(await key.sign(content)).toString('base64url')}`;
}

/** Trusts tokens that the key has signed. The public key is read once and kept: a key in KMS never changes. */
export function mintedTokens({ name, key }: { readonly name: string; readonly key: TokenKey }): TrustedIssuer {
  let known: KeyObject | undefined;
  return {
    name,
    algorithms: [ALGORITHM],
    // The lifetime and the subject are checked here too, because someone may sign with the key but without the command
    // that respects both.
    lifetimeSecondsMax: TOKEN_HOURS_MAX * 3_600,
    takesSubject: isMintedSubject,
    async keyFor() {
      known ??= createPublicKey({ key: Buffer.from(await key.publicKey()), format: 'der', type: 'spki' });
      return known;
    },
    grantsIn: ({ grants }) => readGrants(grants) ?? 'unreadable',
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
