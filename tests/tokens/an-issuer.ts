import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Network } from '../../src/tokens/fetch-json.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
interface Key extends KeyPair {
  readonly kid: string;
  readonly algorithm: string;
}

export const GITHUB = 'https://token.actions.githubusercontent.com';

/** An OpenID Connect issuer with its own keys. It answers on a real socket of this machine, except while it is away. */
export async function anIssuer(name: string, algorithm = 'RS256') {
  let rotations = 0;
  let keys = [await aKey(algorithm, rotations)];
  let isAway = false;
  const asked: string[] = [];
  let discovery: object = { issuer: name, jwks_uri: `${name}/keys` };
  const server = createServer(async ({ url = '' }, response) => {
    asked.push(url);
    if (isAway) return void response.writeHead(503).end();
    const set = { keys: await Promise.all(keys.map(published)) };
    response.end(JSON.stringify(url.endsWith('/keys') ? set : discovery));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name,
    port,
    asked,
    key: () => keys.at(-1) as Key,
    publicJwk: () => published(keys.at(-1) as Key),
    sign: (claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}) => {
      const { kid, privateKey } = keys.at(-1) as Key;
      return new SignJWT({ iss: name, ...claims })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid, ...header })
        .sign(privateKey);
    },
    /** From now on the issuer signs with a new key, and no longer publishes the earlier keys. */
    rotate: async () => {
      rotations += 1;
      keys = [await aKey(algorithm, rotations)];
    },
    describe: (change: object) => {
      discovery = { ...discovery, ...change };
    },
    goAway: () => {
      isAway = true;
    },
    comeBack: () => {
      isAway = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

export type Issuer = Awaited<ReturnType<typeof anIssuer>>;

/** The network: the names of the issuers lead to their sockets here, and no other name resolves. */
export function internetOf(issuers: readonly Issuer[]): Network {
  const request = ((options: { readonly hostname: string }) => {
    const found = issuers.find(({ name }) => new URL(name).hostname === options.hostname);
    return httpRequest({ ...options, hostname: '127.0.0.1', port: found?.port ?? 1, agent: false });
  }) as unknown as Network['request'];
  return { request, timeoutMs: 2_000 };
}

/**
 * An RSA key takes a quarter of a second. Each key of an issuer, the first and the later ones, is made once per test
 * file.
 */
const made = new Map<string, KeyPair>();
let lastKey = 0;

async function aKey(algorithm: string, which: number): Promise<Key> {
  const name = `${algorithm} ${which}`;
  const pair = made.get(name) ?? (await generateKeyPair(algorithm, { extractable: true }));
  made.set(name, pair);
  lastKey += 1;
  return { ...pair, kid: `key-${lastKey}`, algorithm };
}

async function published({ publicKey, kid, algorithm }: Key) {
  return { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
}
