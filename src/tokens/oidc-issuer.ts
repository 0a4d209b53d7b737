/**
 * An OpenID Connect issuer, which says itself where its keys are. Slipway calls only issuers of the configuration. It
 * never follows an address in a token (`jku`, `x5u`, or an `iss` that is not configured).
 */
import * as z from 'zod/mini';
import { isIssuedSubject } from '../domain/access/caller-name.ts';
import { SlipwayError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchJson } from './fetch-json.ts';
import { type Jwk, keySet } from './key-set.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';

export interface OidcIssuerOptions {
  /** `https://...`, exactly as in the tokens. */
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

/** Transient and not Broken: the issuer may repair this, and until then its tokens are neither valid nor invalid. */
function unfit(address: string, what: string): SlipwayError {
  return new SlipwayError('Transient', `${address} ${what}. Check the parameter oidcIssuers, and the issuer.`);
}
