/** Somebody whose tokens count, and how they are told from others. */
import type { KeyObject, webcrypto } from 'node:crypto';
import type { Grant } from '../domain/access/grant.ts';

export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string | undefined;
}

export interface TrustedIssuer {
  /** As the claim `iss` has it, letter for letter. */
  readonly name: string;
  readonly algorithms: readonly string[];
  /** The longest time from `iat` to `exp`; null: whatever the issuer says. */
  readonly lifetimeSecondsMax: number | null;
  /** Whether a caller may stand in timelines under this subject of the issuer's. */
  takesSubject(subject: string): boolean;
  /** Null when the issuer has no such key. Throws Transient when that cannot be found out. */
  keyFor(header: TokenHeader): Promise<KeyObject | webcrypto.CryptoKey | null>;
  /** The grants that the token itself carries, `unreadable` when they are none; null for an issuer that has none to give. */
  grantsIn(claims: Readonly<Record<string, unknown>>): readonly Grant[] | 'unreadable' | null;
}
