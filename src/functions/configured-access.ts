/**
 * Makes the authorizer's ports from the environment: the trusted issuers and the policy. It reads and calls nothing
 * yet.
 */
import { KMSClient } from '@aws-sdk/client-kms';
import { authorizerCalls } from '../aws/clients.ts';
import { kmsTokenKey } from '../aws/kms-token-key.ts';
import { config } from '../config.ts';
import type { AuthorizeRequestPorts } from '../operations/access/authorize-request.ts';
import { systemClock } from '../system.ts';
import { bearerTokens } from '../tokens/bearer-tokens.ts';
import { fetchJson } from '../tokens/fetch-json.ts';
import { readIssuerList } from '../tokens/issuer-list.ts';
import { mintedTokens } from '../tokens/minted-tokens.ts';
import { oidcIssuer } from '../tokens/oidc-issuer.ts';
import { policyFile } from '../tokens/policy-file.ts';
import type { TrustedIssuer } from '../tokens/trusted-issuer.ts';

export function configuredAccess(): AuthorizeRequestPorts {
  const { OIDC_ISSUERS, TOKEN_AUDIENCE: audience, TOKEN_KEY_ID, ACCESS_POLICY } = config;
  const fetch = fetchJson();
  const others = readIssuerList(OIDC_ISSUERS).map((issuer) => oidcIssuer({ ...issuer, fetch, clock: systemClock }));
  const issuers = TOKEN_KEY_ID === undefined ? others : [...others, own(TOKEN_KEY_ID)];
  return { tokens: bearerTokens({ issuers, audience, clock: systemClock }), policies: policyFile(ACCESS_POLICY) };
}

function own(keyId: string): TrustedIssuer {
  return mintedTokens({ name: config.TOKEN_ISSUER, key: kmsTokenKey(new KMSClient(authorizerCalls), keyId) });
}
