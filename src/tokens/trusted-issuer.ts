/** An issuer whose tokens Slipway accepts, and how Slipway verifies them. */
import type { KeyObject, webcrypto } from 'node:crypto';
import type { Grant } from '../domain/access/grant.ts';

export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string | undefined;
}

export interface TrustedIssuer {
  /** Exactly as in the claim `iss`. */
  readonly name: string;
  readonly algorithms: readonly string[];
  /** The longest time from `iat` to `exp`; null when any lifetime is accepted. */
  readonly lifetimeSecondsMax: number | null;
  /** True when a caller may appear in timelines with this subject of the issuer. */
  takesSubject(subject: string): boolean;
  /** Returns null when the issuer has no such key. Throws Transient when that cannot be found out. */
  keyFor(header: TokenHeader): Promise<KeyObject | webcrypto.CryptoKey | null>;
  /**
   * Returns the grants that the token itself carries. Returns `unreadable` when they are not valid grants, and null for
   * an issuer whose tokens carry none.
   */
  grantsIn(claims: Readonly<Record<string, unknown>>): readonly Grant[] | 'unreadable' | null;
}
