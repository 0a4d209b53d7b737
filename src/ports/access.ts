/**
 * What the authorizer needs of the outside: see ports.ts for what holds for every port. tests/contracts holds the key in KMS
 * and its double to the same promises.
 */
import type { AccessPolicy } from '../domain/access-policy.ts';
import type { Verification } from '../domain/token.ts';

/** Bearer tokens of the issuers that are trusted, and of Slipway's own. */
export interface Tokens {
  /**
   * Who a token stands for, or why it is worth nothing; a token that somebody else made up costs no call to anybody.
   * Throws Transient when the keys of its issuer cannot be reached, for a good token as for a bad one.
   */
  verify(token: string): Promise<Verification>;
}

/** The key of Slipway's own tokens. Who may sign with it is decided where it is kept. */
export interface TokenKey {
  /** The public half, as SPKI in DER. */
  publicKey(): Promise<Uint8Array>;
  /** ECDSA with P-256 and SHA-256 over the text: the 64 bytes of r and s, as ES256 has them. */
  sign(text: string): Promise<Uint8Array>;
}

export interface Policies {
  /** Throws Broken, with the fields that are wrong, when the policy is not one; then nobody may do anything. */
  read(): Promise<AccessPolicy>;
}
