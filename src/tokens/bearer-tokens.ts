/**
 * Verifies tokens with jose. Before any key is looked for, the token has to name an issuer that is trusted and an algorithm
 * that is allowed for it; so a stranger's token causes no call, and its header chooses nothing.
 */
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import { jwtVerify } from 'jose/jwt/verify';
import { isPlainSubject } from '../domain/access/caller-name.ts';
import { TOKEN_LENGTH_MAX, type UnknownReason, type Verification } from '../domain/access/token.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tokens } from '../ports/tokens.ts';
import type { TokenHeader, TrustedIssuer } from './trusted-issuer.ts';

export interface BearerTokensOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly audience: string;
  readonly clock: Clock;
}

/** How far the clocks of an issuer and of AWS may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 30;

export function bearerTokens(options: BearerTokensOptions): Tokens {
  return {
    async verify(text) {
      if (text.length > TOKEN_LENGTH_MAX) return refused('too large');
      const claimed = readClaimed(text);
      if (claimed === null) return refused('malformed');
      const outcome = await verify(options, { text, claimed });
      if (typeof outcome === 'string') return refused(outcome, claimed.claims);
      return { ok: true, token: outcome };
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;
/** What a token says of itself, before anything of it is proven. */
interface Claimed {
  readonly header: TokenHeader;
  readonly claims: Claims;
}

function readClaimed(text: string): Claimed | null {
  try {
    const { alg, kid } = decodeProtectedHeader(text);
    return alg === undefined ? null : { header: { alg, kid }, claims: decodeJwt(text) };
  } catch {
    return null;
  }
}

type Verified = (Verification & { ok: true })['token'];

async function verify(
  { issuers, audience, clock }: BearerTokensOptions,
  { text, claimed: { header, claims } }: { readonly text: string; readonly claimed: Claimed },
): Promise<Verified | UnknownReason> {
  const issuer = issuers.find(({ name }) => name === claims.iss);
  if (issuer === undefined) return 'wrong issuer';
  if (!issuer.algorithms.includes(header.alg)) return 'algorithm not allowed';
  const key = await issuer.keyFor(header);
  if (key === null) return 'unknown key';
  try {
    const { payload } = await jwtVerify(text, key, {
      algorithms: [...issuer.algorithms],
      issuer: issuer.name,
      audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(clock.now()),
    });
    return judgeClaims(payload, { issuer, audience, now: clock.now() / 1_000 });
  } catch (error) {
    return reasonOf(error);
  }
}

/** What jose does not ask: that it is for us alone, that it was made before now and ends in time, and that it says who. */
function judgeClaims(
  claims: Claims & { readonly exp?: number; readonly iat?: number },
  { issuer, audience, now }: { readonly issuer: TrustedIssuer; readonly audience: string; readonly now: number },
): Verified | UnknownReason {
  const { sub: subject, exp = Number.POSITIVE_INFINITY, iat = Number.POSITIVE_INFINITY } = claims;
  // Whoever else a token is for could hand it on to us.
  if (![claims.aud].flat().every((one) => one === audience) || [claims.aud].flat().length !== 1)
    return 'wrong audience';
  // Made tomorrow, it would live a day longer than its lifetime says.
  if (iat > now + CLOCK_TOLERANCE_SECONDS) return 'not yet valid';
  if (issuer.lifetimeSecondsMax !== null && exp - iat > issuer.lifetimeSecondsMax) return 'lives too long';
  if (typeof subject !== 'string' || !isPlainSubject(subject)) return 'malformed';
  if (!issuer.takesSubject(subject)) return 'subject not allowed';
  const grants = issuer.grantsIn(claims);
  return grants === 'unreadable' ? 'malformed' : { issuer: issuer.name, subject, claims, grants };
}

function reasonOf(error: unknown): UnknownReason {
  const { code, claim } = error as { readonly code?: string; readonly claim?: string };
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return 'expired';
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
      return 'bad signature';
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'algorithm not allowed';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return CLAIM_REASONS[claim ?? ''] ?? 'malformed';
    default:
      return 'malformed';
  }
}

const CLAIM_REASONS: Readonly<Record<string, UnknownReason>> = {
  aud: 'wrong audience',
  iss: 'wrong issuer',
  nbf: 'not yet valid',
};

function refused(reason: UnknownReason, { iss, sub }: Claims = {}): Verification & { ok: false } {
  return { ok: false, refusal: { reason, issuer: readable(iss), subject: readable(sub) } };
}

/** A stranger wrote it, and it goes into a log: nothing but a short line of plain characters. */
function readable(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 200).replace(/[^\x20-\x7e]/g, '?') : null;
}
