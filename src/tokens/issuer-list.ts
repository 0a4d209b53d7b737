/** Reads the trusted issuers from one line of configuration: `https://a.example, https://b.example ES256 RS256`. */
import { SlipwayError } from '../domain/errors.ts';

export interface ListedIssuer {
  readonly name: string;
  readonly algorithms: readonly string[];
}

/** Only algorithms with public keys: with a shared secret, every verifier of a token could also make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** The default algorithm of OpenID Connect. */
const USUAL = ['RS256'];

/** Throws Broken and names what is wrong. An empty entry between commas is ignored. */
export function readIssuerList(text: string): readonly ListedIssuer[] {
  const entries = text.split(',').map((entry) => entry.trim().split(/\s+/));
  return entries.filter(([name]) => name !== '').map(([name = '', ...algorithms]) => listed(name, algorithms));
}

function listed(name: string, algorithms: readonly string[]): ListedIssuer {
  const unknown = algorithms.filter((algorithm) => !ALGORITHMS.includes(algorithm));
  if (unknown.length > 0) throw wrong(`${unknown.join(', ')} is none of ${ALGORITHMS.join(', ')}`);
  if (!isIssuer(name)) throw wrong(`${name} is not an https address without a query`);
  return { name, algorithms: algorithms.length === 0 ? USUAL : algorithms };
}

function isIssuer(name: string): boolean {
  if (!URL.canParse(name)) return false;
  const { protocol, username, password, search, hash } = new URL(name);
  return protocol === 'https:' && [username, password, search, hash].every((part) => part === '');
}

function wrong(what: string): SlipwayError {
  return new SlipwayError('Broken', `OIDC_ISSUERS is wrong: ${what}. Correct the parameter oidcIssuers.`);
}
