/**
 * Verifies tokens with jose. A token must first name a trusted issuer and an algorithm that is allowed for this issuer;
 * only then is a key looked up. So a stranger's token causes no call, and its header decides nothing.
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

/** The largest accepted difference between the clocks of an issuer and of AWS. */
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
/** What a token claims, before any of it is proven. */
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

/**
 * Checks what jose does not check. The token must be for Slipway alone, must not be issued in the future, must end in
 * time, and must name its subject.
 */
function judgeClaims(
  claims: Claims & { readonly exp?: number; readonly iat?: number },
  { issuer, audience, now }: { readonly issuer: TrustedIssuer; readonly audience: string; readonly now: number },
): Verified | UnknownReason {
  const { sub: subject, exp = Number.POSITIVE_INFINITY, iat = Number.POSITIVE_INFINITY } = claims;
  // Any other receiver of the token could use it to call Slipway.
  if (![claims.aud].flat().every((one) => one === audience) || [claims.aud].flat().length !== 1)
    return 'wrong audience';
  // A token issued tomorrow would live one day longer than its allowed lifetime.
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

/** A stranger wrote this text and it goes into a log, so only a short line of plain characters is kept. */
function readable(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 200).replace(/[^\x20-\x7e]/g, '?') : null;
}
