/** Verifies the bearer tokens that callers send. */
import type { Verification } from '../domain/access/token.ts';

/** Accepts bearer tokens of the trusted issuers and of Slipway itself. */
export interface Tokens {
  /**
   * Returns the identity that the token proves, or the reason why the token is refused. A token that an outsider made
   * up causes no call to an issuer. Throws Transient when the keys of the issuer cannot be reached, for valid and
   * invalid tokens alike.
   */
  verify(token: string): Promise<Verification>;
}
