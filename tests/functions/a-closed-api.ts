import type { AccessPolicy } from '../../src/domain/access/access-policy.ts';
import type { Grant } from '../../src/domain/access/grant.ts';
import type { Measurement } from '../../src/domain/deployment/measurement.ts';
import { routeTable } from '../../src/embedded/route-table.ts';
import { apiServer } from '../../src/embedded/server/api-server.ts';
import { requestAuthorizer } from '../../src/functions/request-authorizer.ts';
import type { LogLine } from '../../src/functions/request-log.ts';
import { bearerTokens } from '../../src/tokens/bearer-tokens.ts';
import { fetchJson } from '../../src/tokens/fetch-json.ts';
import { mintedTokens, mintToken } from '../../src/tokens/minted-tokens.ts';
import { oidcIssuer } from '../../src/tokens/oidc-issuer.ts';
import { rehearsalLedger } from '../../src/twin/ledger/ledger.ts';
import { aScene, type Scene } from '../operations/a-scene.ts';
import { aTokenKey } from '../tokens/a-token-key.ts';
import { anIssuer, GITHUB, internetOf } from '../tokens/an-issuer.ts';

export const AUDIENCE = 'slipway-test';
export const OWN = 'slipway-test';
export const OTHER = 'https://login.example';
export const MAIN = 'repo:acme/checkout:ref:refs/heads/main';

export const POLICY: AccessPolicy = {
  statements: [{ issuer: GITHUB, claims: { sub: MAIN }, role: 'deployer', services: ['checkout'] }],
};

export interface ClosedApiOrder {
  readonly policy?: () => Promise<AccessPolicy>;
  /** Plants a bug behind the routes. */
  readonly tamper?: (ports: Scene['ports']) => Scene['ports'];
}

export type ClosedApi = Awaited<ReturnType<typeof aClosedApi>>;

/**
 * The whole API over HTTP, in front of the twin's ledger and Lambda, with the authorizer that runs on AWS. It has two
 * issuers on sockets of this machine, and a key of Slipway's own. Logs and measurements are kept.
 */
export async function aClosedApi({ policy = async () => POLICY, tamper = (ports) => ports }: ClosedApiOrder = {}) {
  const untouched = await aScene();
  const scene = { ...untouched, ports: tamper(untouched.ports) };
  const { clock } = scene.ports;
  const [github, other] = [await anIssuer(GITHUB), await anIssuer(OTHER, 'ES256')];
  const key = aTokenKey();
  const fetch = fetchJson(internetOf([github, other]));
  const issuers = [
    oidcIssuer({ name: GITHUB, algorithms: ['RS256', 'ES256'], fetch, clock }),
    oidcIssuer({ name: OTHER, algorithms: ['ES256'], fetch, clock }),
    mintedTokens({ name: OWN, key }),
  ];
  const lines: LogLine[] = [];
  const measured: Measurement[] = [];
  const log = (line: LogLine) => void lines.push(line);
  const measures = { record: (measurements: readonly Measurement[]) => void measured.push(...measurements) };
  const { idempotency } = rehearsalLedger({ clock });
  const reachable = { database: { check: async () => {} }, workflows: { check: async () => {} } };
  const tokens = bearerTokens({ issuers, audience: AUDIENCE, clock });
  const server = await apiServer({
    routes: routeTable({ ...scene.ports, idempotency, reachable }, { log, measures }),
    authorize: requestAuthorizer({ tokens, policies: { read: policy } }, { log }),
    port: 0,
    log,
  });
  const seconds = (offset: number) => Math.floor(clock.now() / 1_000) + offset;
  const claims = (change: object = {}) => ({
    sub: MAIN,
    aud: AUDIENCE,
    iat: seconds(0),
    exp: seconds(300),
    ...change,
  });
  const mint = (subject: string, grants: readonly Grant[], change: object = {}) =>
    mintToken(key, {
      issuer: OWN,
      audience: AUDIENCE,
      subject,
      grants,
      id: 'token-1',
      from: clock.now(),
      until: clock.now() + 3_600_000,
      ...change,
    });
  /** Signs with the key of Slipway's own tokens, and bypasses the command that checks the content of a token. */
  const signOwn = async (change: object) => {
    const own = { iss: OWN, sub: 'eve@acme', grants: [{ role: 'admin', services: '*' }], jti: 'token-2' };
    const parts = [
      { alg: 'ES256', typ: 'JWT' },
      { ...own, aud: AUDIENCE, iat: seconds(0), exp: seconds(300), ...change },
    ];
    const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${content}.${Buffer.from(await key.sign(content)).toString('base64url')}`;
  };
  return {
    scene,
    github,
    other,
    key,
    lines,
    measured,
    seconds,
    claims,
    mint,
    signOwn,
    ask: asking(server.port),
    close,
  };

  async function close() {
    await Promise.all([server.close(), github.close(), other.close()]);
  }
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly body?: object | undefined;
  readonly authorization?: string | undefined;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export const DEPLOY = { service: 'checkout', version: '42' };

/** Asks for POST /deploy of checkout, unless the request says otherwise. */
function asking(port: number) {
  return async ({ method = 'POST', path = '/deploy', body, token, headers, ...asked }: Asked = {}) => {
    const authorization = asked.authorization ?? (token === undefined ? undefined : `Bearer ${token}`);
    const content = body ?? (path === '/deploy' ? DEPLOY : method === 'POST' ? { reason: 'why' } : undefined);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        connection: 'close',
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : null };
  };
}
