/** The result of verifying a bearer token: what it says, or why Slipway refuses it. */
import type { Grant } from './grant.ts';

export interface VerifiedToken {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The grants that Slipway wrote into a token that it made; null for a token of another issuer. */
  readonly grants: readonly Grant[] | null;
}

/** Why Slipway cannot identify a caller. The last two reasons are no fault of the token, which may be valid. */
export type UnknownReason =
  | 'no identity'
  | 'no token'
  | 'no bearer token'
  | 'too large'
  | 'malformed'
  | 'wrong issuer'
  | 'algorithm not allowed'
  | 'unknown key'
  | 'bad signature'
  | 'wrong audience'
  | 'expired'
  | 'not yet valid'
  | 'lives too long'
  | 'subject not allowed'
  | 'no local name'
  | 'keys out of reach'
  | 'authorizer broken';

export interface Refusal {
  readonly reason: UnknownReason;
  /** As the token claims, without proof; null when the token could not be read. Only for the log. */
  readonly issuer: string | null;
  readonly subject: string | null;
}

export type Verification =
  | { readonly ok: true; readonly token: VerifiedToken }
  | { readonly ok: false; readonly refusal: Refusal };

/** Tells the caller what is wrong and what to do next. */
export function refusalInWords(reason: UnknownReason): string {
  return SENTENCES[reason];
}

/**
 * The longest life of a token that Slipway makes. It is enough for a working day, and too short to store the token as a
 * secret.
 */
export const TOKEN_HOURS_MAX = 12;

/** Far above the tokens of all issuers that we know, and far below the size limit of a request. */
export const TOKEN_LENGTH_MAX = 8_192;

const NEW_TOKEN = 'Get a new one.';

const SENTENCES: Readonly<Record<UnknownReason, string>> = {
  'no identity':
    'Nothing says who sent this request. The route needs the authorizer in front of it; see serverless.yml.',
  'no token': 'The request carries no token. Send it as "Authorization: Bearer TOKEN".',
  'no bearer token': 'The Authorization header holds no bearer token. Send it as "Authorization: Bearer TOKEN".',
  'too large': `The token has more than ${TOKEN_LENGTH_MAX} characters. Send one with fewer claims.`,
  malformed: `The token cannot be read as a JSON Web Token. ${NEW_TOKEN}`,
  'wrong issuer':
    'The token is from an issuer that is not trusted here. The parameter oidcIssuers names those that are.',
  'algorithm not allowed':
    'The token is signed by an algorithm that is not allowed for its issuer. See the parameter oidcIssuers.',
  'unknown key': `The token is signed with a key that its issuer does not have now. ${NEW_TOKEN}`,
  'bad signature': `The signature of the token is not that of its issuer. ${NEW_TOKEN}`,
  'wrong audience':
    'The token was made for another audience, or for several. Ask its issuer for the audience of this Slipway alone.',
  expired: `The token has expired. ${NEW_TOKEN}`,
  'not yet valid': 'The token is not valid yet. Check the clock of the machine that made it.',
  'lives too long': `The token lives longer than ${TOKEN_HOURS_MAX} hours. Make one with slipway token create.`,
  'subject not allowed':
    'The subject of the token is a name under which Slipway itself acts, or reads like another caller. Name in it whoever uses it, such as jane@acme.',
  'no local name':
    'This server runs without OIDC_ISSUERS, so it knows only people on this machine. Send no token, or "Authorization: Bearer local:NAME", with a name of 1 to 40 of a-z, 0-9, ".", "_" and "-".',
  'keys out of reach':
    "The keys of the token's issuer cannot be reached, so nobody can say whether it is good. Try again in a moment.",
  'authorizer broken': 'The authorizer cannot decide. Its log says why.',
};
