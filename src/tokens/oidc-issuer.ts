/**
 * An OpenID Connect issuer: where its keys are, it says itself. Only issuers of the configuration are ever asked; what a
 * token says of addresses (`jku`, `x5u`, an `iss` that is not configured) is never followed.
 */
import * as z from 'zod/mini';
import { isIssuedSubject } from '../domain/access/caller-name.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchJson } from './fetch-json.ts';
import { type Jwk, keySet } from './key-set.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

export interface OidcIssuerOptions {
  /** `https://...`, as the tokens have it. */
  readonly name: string;
  readonly algorithms: readonly string[];
  readonly fetch: FetchJson;
  readonly clock: Clock;
}

export function oidcIssuer({ name, algorithms, fetch, clock }: OidcIssuerOptions): TrustedIssuer {
  const keys = keySet({ load: () => loadKeys(name, fetch), clock });
  return {
    name,
    algorithms,
    lifetimeSecondsMax: null,
    takesSubject: isIssuedSubject,
    keyFor: (header) => keys.keyFor(header),
    grantsIn: () => null,
  };
}

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).check(z.maxLength(100)) });

async function loadKeys(issuer: string, fetch: FetchJson): Promise<readonly Jwk[]> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = z.safeParse(Discovery, await fetch(address));
  if (!discovery.success || discovery.data.issuer !== issuer) throw unfit(address, `does not describe ${issuer}`);
  const { jwks_uri: keysAddress } = discovery.data;
  const isAddress = URL.canParse(keysAddress) && new URL(keysAddress).protocol === 'https:';
  if (!isAddress) throw unfit(address, 'names no https address for its keys');
  const keys = z.safeParse(Keys, await fetch(keysAddress));
  if (!keys.success) throw unfit(keysAddress, 'holds no set of keys');
  return keys.data.keys;
}

/** Not Broken: the issuer may mend it, and until then its tokens are neither good nor bad. */
function unfit(address: string, what: string): SlipwayError {
  return new SlipwayError('Transient', `${address} ${what}. Check the parameter oidcIssuers, and the issuer.`);
}
