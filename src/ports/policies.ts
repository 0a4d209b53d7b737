/** The access policy that is in force. */
import type { AccessPolicy } from '../domain/access/access-policy.ts';

export interface Policies {
  /** Throws Broken, with the fields that are wrong, when the policy is invalid; then Slipway refuses every request. */
  read(): Promise<AccessPolicy>;
}
