import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DOCUMENT_BYTES_MAX, fetchJson, type Network, secureNetwork } from '../../src/tokens/fetch-json.ts';
import { oidcIssuer } from '../../src/tokens/oidc-issuer.ts';
import { anIssuer, GITHUB, type Issuer, internetOf } from './an-issuer.ts';

let now = 0;
const clock = { now: () => now };
let issuer: Issuer;
beforeEach(async () => {
  now = 1_000_000;
  issuer = await anIssuer(GITHUB);
});
afterEach(() => issuer.close());

const trusted = () =>
  oidcIssuer({ name: GITHUB, algorithms: ['RS256'], fetch: fetchJson(internetOf([issuer])), clock });
const header = () => ({ alg: 'RS256', kid: issuer.key().kid });
const pass = (minutes: number) => {
  now += minutes * 60_000;
};

test('keys of an issuer are fetched once, and again after ten minutes', async () => {
  const { keyFor } = trusted();
  expect(issuer.asked).toEqual([]);
  await Promise.all([keyFor(header()), keyFor(header())]);
  await keyFor(header());
  expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  pass(10);
  expect(await keyFor(header())).not.toBeNull();
  expect(issuer.asked).toHaveLength(4);
});

test('callers of an issuer are admitted while it is away for less than an hour, and then get Transient', async () => {
  const { keyFor } = trusted();
  await keyFor(header());
  issuer.goAway();
  pass(59);
  expect(await keyFor(header())).not.toBeNull();
  pass(1);
  await expect(keyFor(header())).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringContaining('answered 503'),
  });
  issuer.comeBack();
  const asked = issuer.asked.length;
  // Not every request in the meantime asks the issuer.
  await expect(keyFor(header())).rejects.toMatchObject({ name: 'Transient' });
  expect(issuer.asked).toHaveLength(asked);
  now += 5_000;
  expect(await keyFor(header())).not.toBeNull();
});

test('a key that the issuer withdrew is accepted for at most ten minutes', async () => {
  const { keyFor } = trusted();
  const old = header();
  await keyFor(old);
  await issuer.rotate();
  pass(10);
  expect(await keyFor(old)).toBeNull();
});

test.each([
  ['describes another issuer', { issuer: `${GITHUB}/` }, /does not describe/],
  ['keeps its keys at no address', { jwks_uri: 'keys' }, /no https address/],
  ['keeps its keys in the open', { jwks_uri: 'http://169.254.169.254/latest/meta-data' }, /no https address/],
  ['keeps its keys in a file', { jwks_uri: 'file:///etc/passwd' }, /no https address/],
  ['says nothing', { issuer: undefined, jwks_uri: undefined }, /does not describe/],
  ['has a page where its keys should be', { jwks_uri: `${GITHUB}/page` }, /holds no set of keys/],
])('an issuer that %s is not trusted, and nothing else is fetched', async (_what, change, says) => {
  issuer.describe(change);
  await expect(trusted().keyFor(header())).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(says),
  });
  expect(issuer.asked.every((path) => ['/.well-known/openid-configuration', '/page'].includes(path))).toBe(true);
});

async function answering(listener: RequestListener, change: Partial<Network> = {}) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const request = ((options: object) =>
    httpRequest({ ...options, hostname: '127.0.0.1', port, agent: false })) as unknown as Network['request'];
  try {
    return await fetchJson({ request, timeoutMs: 2_000, ...change })('https://issuer.example/keys?x=1').catch(
      (error) => error,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a document is requested at its whole address, as JSON', async () => {
  const answer = await answering(({ method, url, headers: { accept } }, response) => {
    response.end(JSON.stringify({ method, url, accept }));
  });
  expect(answer).toEqual({ method: 'GET', url: '/keys?x=1', accept: 'application/json' });
});

interface Faulty {
  readonly what: string;
  readonly answer: RequestListener;
  readonly says: RegExp;
  readonly timeoutMs?: number;
}
const elsewhere = { location: 'http://169.254.169.254/' };
const faulty: readonly Faulty[] = [
  { what: 'leads elsewhere', answer: (_, response) => response.writeHead(302, elsewhere).end(), says: /answered 302/ },
  { what: 'is no JSON', answer: (_, response) => response.end('<html>'), says: /JSON/ },
  {
    what: 'has no end',
    answer: (_, response) => response.write('{"keys": ['),
    says: /aborted|timeout/i,
    timeoutMs: 100,
  },
  { what: 'never comes', answer: () => {}, says: /aborted|timeout/i, timeoutMs: 100 },
  {
    what: 'is too large',
    answer: (_, response) => response.end(`"${'x'.repeat(DOCUMENT_BYTES_MAX)}"`),
    says: /more than 262144 bytes/,
  },
  {
    what: 'breaks off',
    answer: (_, response) => response.write('{', () => response.destroy()),
    says: /aborted|hang up/,
  },
];

test.each(faulty)(
  'a document that $what is Transient, with its address and the reason',
  async ({ answer, says, timeoutMs }) => {
    const error = await answering(answer, timeoutMs === undefined ? {} : { timeoutMs });
    expect(error).toMatchObject({ name: 'Transient', message: expect.stringMatching(says) });
    expect(String(error)).toContain('https://issuer.example/keys');
  },
);

test('an address that is not https is never requested, and a missing host is Transient', async () => {
  await expect(fetchJson()('http://127.0.0.1/keys')).rejects.toThrow(/it is not https/);
  await expect(fetchJson(internetOf([]))('https://nowhere.example/')).rejects.toMatchObject({ name: 'Transient' });
  expect(secureNetwork.timeoutMs).toBeLessThanOrEqual(3_000);
});
