/** Where Slipway reads the access policy that is in force. */
import type { AccessPolicy } from '../domain/access/access-policy.ts';

export interface Policies {
  /** Throws Broken, with the fields that are wrong, when the policy is not one; then nobody may do anything. */
  read(): Promise<AccessPolicy>;
}
