/** The bearer tokens that callers bring. */
import type { Verification } from '../domain/access/token.ts';

/** Bearer tokens of the issuers that are trusted, and of Slipway's own. */
export interface Tokens {
  /**
   * Who a token stands for, or why it is worth nothing; a token that somebody else made up costs no call to anybody.
   * Throws Transient when the keys of its issuer cannot be reached, for a good token as for a bad one.
   */
  verify(token: string): Promise<Verification>;
}
