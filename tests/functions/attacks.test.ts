import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import type { UnknownReason } from '../../src/domain/access/token.ts';
import { piecesOf } from '../tokens/a-token-key.ts';
import { GITHUB } from '../tokens/an-issuer.ts';
import { AUDIENCE, aClosedApi, type ClosedApi, MAIN, OTHER, OWN } from './a-closed-api.ts';

let api: ClosedApi;
beforeEach(async () => {
  api = await aClosedApi();
});
afterEach(() => api.close());

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, claims: object) => `${encoded(header)}.${encoded(claims)}.`;

function hmacSigned({ claims, secret, kid }: { claims: object; secret: string; kid?: string | undefined }): string {
  const content = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${encoded({ iss: OWN, ...claims })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** Puts the signature of another token on this token. */
async function resigned({ github, claims }: ClosedApi, change: object): Promise<string> {
  const [header, , signature] = (await github.sign(claims())).split('.');
  return [header, encoded({ iss: GITHUB, ...claims(change) }), signature].join('.');
}

type Attack = readonly [what: string, reason: UnknownReason, token: (api: ClosedApi) => Promise<string> | string];

/** Seconds from now. The last token lives twelve hours and ends in ten years. */
const NOT_YET = [{ nbf: 31 }, { iat: 31 }, { iat: 315_360_000, exp: 315_403_200 }];

const ADMIN = { grants: [{ role: 'admin', services: '*' }] };

const attacks: readonly Attack[] = [
  [
    'the algorithm none',
    'algorithm not allowed',
    ({ claims }) => unsigned({ alg: 'none' }, { iss: GITHUB, ...claims() }),
  ],
  [
    'the algorithm None',
    'algorithm not allowed',
    ({ claims }) => unsigned({ alg: 'None' }, { iss: GITHUB, ...claims() }),
  ],
  ['no algorithm', 'malformed', ({ claims }) => unsigned({ typ: 'JWT' }, { iss: GITHUB, ...claims() })],
  [
    'an issuer that nobody trusts',
    'wrong issuer',
    ({ github, claims }) => github.sign(claims({ iss: 'https://evil.example' })),
  ],
  ['an issuer with a slash more', 'wrong issuer', ({ github, claims }) => github.sign(claims({ iss: `${GITHUB}/` }))],
  [
    'an issuer with a suffix',
    'wrong issuer',
    ({ github, claims }) => github.sign(claims({ iss: `${GITHUB}.evil.example` })),
  ],
  ['an issuer in capitals', 'wrong issuer', ({ github, claims }) => github.sign(claims({ iss: GITHUB.toUpperCase() }))],
  ['a list of issuers', 'wrong issuer', ({ github, claims }) => github.sign(claims({ iss: [GITHUB] as never }))],
  ['no issuer', 'wrong issuer', ({ github, claims }) => github.sign(claims({ iss: undefined }))],
  [
    'another audience',
    'wrong audience',
    ({ github, claims }) => github.sign(claims({ aud: 'https://github.com/acme' })),
  ],
  [
    'an audience that begins alike',
    'wrong audience',
    ({ github, claims }) => github.sign(claims({ aud: `${AUDIENCE}-2` })),
  ],
  ['no audience', 'wrong audience', ({ github, claims }) => github.sign(claims({ aud: undefined }))],
  [
    'the audience and another',
    'wrong audience',
    ({ github, claims }) => github.sign(claims({ aud: [AUDIENCE, 'other'] })),
  ],
  ['the audience twice', 'wrong audience', ({ github, claims }) => github.sign(claims({ aud: [AUDIENCE, AUDIENCE] }))],
  ['a token that has expired', 'expired', ({ github, claims, seconds }) => github.sign(claims({ exp: seconds(-31) }))],
  ['a token without an end', 'malformed', ({ github, claims }) => github.sign(claims({ exp: undefined }))],
  [
    'a token whose end is a text',
    'malformed',
    ({ github, claims }) => github.sign(claims({ exp: '9999999999' as never })),
  ],
  ['a token of tomorrow', 'not yet valid', ({ github, claims, seconds }) => github.sign(claims({ nbf: seconds(31) }))],
  ['a token without a subject', 'malformed', ({ github, claims }) => github.sign(claims({ sub: undefined }))],
  ['a subject of two lines', 'malformed', ({ github, claims }) => github.sign(claims({ sub: `${MAIN}\nlevel=info` }))],
  ['another subject under an old signature', 'bad signature', (api) => resigned(api, { sub: 'repo:acme/checkout:x' })],
  ['a key of nobody', 'unknown key', ({ github, claims }) => github.sign(claims(), { kid: 'key-0' })],
  ['a key without a name', 'unknown key', ({ github, claims }) => github.sign(claims(), { kid: undefined as never })],
  [
    'a key that the token brings along',
    'unknown key',
    async ({ other, github, claims }) => {
      const jwk = await other.publicJwk();
      return other.sign({ ...claims(), iss: GITHUB }, { jwk, jku: `${OTHER}/keys`, kid: github.key().kid });
    },
  ],
  ['the key of another issuer', 'unknown key', ({ other, claims }) => other.sign({ ...claims(), iss: GITHUB })],
  [
    'a name of a key that leads to a file',
    'unknown key',
    ({ github, claims }) => github.sign(claims(), { kid: '../../dev/null' }),
  ],
  [
    'another allowed algorithm than the key has',
    'unknown key',
    ({ github, other, claims }) =>
      new SignJWT({ iss: GITHUB, ...claims() })
        .setProtectedHeader({ alg: 'ES256', kid: github.key().kid })
        .sign(other.key().privateKey),
  ],
  [
    'an algorithm that is allowed to another issuer',
    'algorithm not allowed',
    ({ github, claims }) => github.sign(claims({ iss: OTHER })),
  ],
  [
    'our own public key as a shared secret',
    'algorithm not allowed',
    ({ key, claims }) => hmacSigned({ claims: claims(ADMIN), secret: key.pem }),
  ],
  [
    'our own issuer under a key of another',
    'bad signature',
    ({ other, claims }) => other.sign({ ...claims(ADMIN), iss: OWN }),
  ],
  [
    'a token of our own that lives for a day',
    'lives too long',
    ({ mint, scene }) => mint('eve@acme', [{ role: 'admin', services: '*' }], { until: scene.now() + 24 * 3_600_000 }),
  ],
  [
    'a role of our own that there is not',
    'malformed',
    ({ mint }) => mint('eve@acme', [{ role: 'root', services: '*' }] as never),
  ],
  [
    'a token of our own for another Slipway',
    'wrong audience',
    ({ mint }) => mint('eve@acme', [], { audience: 'slipway-dev' }),
  ],
  ...NOT_YET.map(
    (claims): Attack => [
      `a token of our own with ${JSON.stringify(claims)} seconds from now`,
      'not yet valid',
      ({ signOwn, seconds }) =>
        signOwn(Object.fromEntries(Object.entries(claims).map(([claim, offset]) => [claim, seconds(offset)]))),
    ],
  ),
  [
    'a token of our own whose end is ten years after its beginning long ago',
    'lives too long',
    ({ signOwn, seconds }) => signOwn({ iat: seconds(-43_000), exp: seconds(300_000_000) }),
  ],
  ['a token of our own without a beginning', 'malformed', ({ signOwn }) => signOwn({ iat: undefined })],
  ['a token of our own whose beginning is a text', 'malformed', ({ signOwn }) => signOwn({ iat: '0' })],
  [
    'a token of another issuer that was made tomorrow',
    'not yet valid',
    ({ github, claims, seconds }) => github.sign(claims({ iat: seconds(31), exp: seconds(600) })),
  ],
  ...[
    'slipway',
    'judge',
    'pipeline',
    'alarm checkout-errors',
    'local',
    'jane',
    `${MAIN} (token.actions.githubusercontent.com)`,
    `jane@${'x'.repeat(101)}`,
  ].map((sub): Attack => [`a token of our own for ${sub}`, 'subject not allowed', ({ signOwn }) => signOwn({ sub })]),
  ...['jane@acme\n', 'jane@acme\u001b[2J', 'jane@acme\u0000', 'jane@\u0430cme'].map(
    (sub): Attack => [`a token of our own for ${JSON.stringify(sub)}`, 'malformed', ({ signOwn }) => signOwn({ sub })],
  ),
  ...['slipway', 'Judge', 'pipeline', 'alarm checkout-errors', `jane (${OTHER.replace('https://', '')})`].map(
    (sub): Attack => [
      `a token of another issuer for ${sub}`,
      'subject not allowed',
      ({ github, claims }) => github.sign(claims({ sub })),
    ],
  ),
  ['a huge token', 'too large', ({ github, claims }) => github.sign(claims({ groups: 'x'.repeat(9_000) }))],
  ['a token of one part', 'malformed', () => 'c2xpcHdheXNsaXB3YXk'],
  ['a token of five parts', 'malformed', ({ claims }) => `${unsigned({ alg: 'RS256' }, claims())}.a.b`],
  ['a token that is no JSON', 'malformed', () => `${Buffer.from('{{{{{{{{{{{{').toString('base64url')}.e30.AAAA`],
  [
    'two tokens',
    'no bearer token',
    ({ claims }) => `${unsigned({ alg: 'none' }, claims())} ${unsigned({ alg: 'RS256' }, claims())}`,
  ],
];

test.each(attacks)('%s gets 401: %s', async (_what, reason, token) => {
  const text = await token(api);
  const { status, headers, body } = await api.ask({ token: text });

  expect({ status, type: headers.get('content-type') }).toEqual({ status: 401, type: 'application/problem+json' });
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  expect(body).toMatchObject({
    title: 'Unauthorized',
    detail: expect.stringMatching(/\. .+\.$/),
    requestId: expect.any(String),
  });
  expect(await api.scene.ports.deployments.list({ limit: 1 })).toMatchObject({ items: [] });
  expectRefusal(reason, { token: text, requestId: body.requestId });
});

/**
 * A line of the authorizer and the line of the request give the reason, under one id. No line has a part of the token.
 */
function expectRefusal(reason: string, { token, requestId }: { token: string; requestId: string }) {
  expect(api.lines).toEqual([
    expect.objectContaining({ level: 'warn', message: `caller not known: ${reason}`, reason, requestId }),
    expect.objectContaining({ message: 'POST /deploy 401', refused: reason, by: 'anonymous', requestId }),
  ]);
  const logged = JSON.stringify(api.lines);
  for (const piece of piecesOf(token)) expect(logged).not.toContain(piece);
  expect(api.measured).toEqual([{ name: 'RequestsRefused', value: 1, unit: 'Count', dimensions: { Reason: reason } }]);
}

test('the log has the issuer and the subject that a refused token claims, on one line of plain characters', async () => {
  await api.ask({
    token: await api.github.sign(api.claims({ iss: 'https://evil.example/\u001b[31m', sub: `${'x'.repeat(300)}` })),
  });
  expect(api.lines[0]).toMatchObject({ issuer: 'https://evil.example/?[31m', subject: 'x'.repeat(200) });
});

test.each([
  ['nothing', undefined, 'no token'],
  ['an empty header', '', 'no token'],
  ['a name and a password', 'Basic YW5uOnNlY3JldA==', 'no bearer token'],
  ['a token without its scheme', 'e30.e30.e30', 'no bearer token'],
  ['a scheme without its token', 'Bearer', 'no bearer token'],
])('%s gets 401: %s', async (_what, authorization, reason) => {
  const { status, headers, body } = await api.ask({ authorization });
  expect(status).toBe(401);
  expect(body.detail).toContain('Authorization: Bearer TOKEN');
  expect(headers.get('www-authenticate')).toBe(reason === 'no token' ? 'Bearer' : 'Bearer error="invalid_token"');
  expectRefusal(reason, { token: authorization ?? '', requestId: body.requestId });
});

test('a token of an issuer that is not trusted causes no network call', async () => {
  await api.ask({ token: await api.github.sign(api.claims({ iss: 'https://evil.example' })) });
  await api.ask({ token: unsigned({ alg: 'none' }, { iss: GITHUB, ...api.claims() }) });
  expect([...api.github.asked, ...api.other.asked]).toEqual([]);
});

test('a good token deploys, under its name in the timeline', async () => {
  const { status, body } = await api.ask({ token: await api.github.sign(api.claims()) });
  expect(status).toBe(202);
  const [first] = await api.scene.ports.deployments.timeline(body.id);
  expect(first).toMatchObject({ kind: 'DeploymentOpened', by: `${MAIN} (token.actions.githubusercontent.com)` });
});

test('a list of one audience is the audience, and clocks may differ by half a minute', async () => {
  const { github, claims, seconds } = api;
  const almost = { aud: [AUDIENCE], exp: seconds(-29), iat: seconds(-300), nbf: seconds(29) };
  expect(await api.ask({ token: await github.sign(claims(almost)) })).toMatchObject({ status: 202 });
});

test('tokens get 503 while the keys of their issuer cannot be reached, because their signature cannot be checked', async () => {
  api.github.goAway();
  const token = await api.github.sign(api.claims());
  const { status, headers, body } = await api.ask({ token });
  expect({ status, again: headers.get('retry-after') }).toEqual({ status: 503, again: '5' });
  expect(body.detail).toMatch(/keys.*cannot be reached/);
  expect(api.lines[0]).toMatchObject({ level: 'error', reason: 'keys out of reach', error: { name: 'Transient' } });
  for (const piece of piecesOf(token)) expect(JSON.stringify(api.lines)).not.toContain(piece);
  // The other issuers and keys still work.
  expect(await api.ask({ token: await api.mint('ann@acme', [{ role: 'deployer', services: '*' }]) })).toMatchObject({
    status: 202,
  });
});

test("tokens of an issuer's new key count within a minute, and those of the old key no more", async () => {
  const { github, claims, scene } = api;
  const old = await github.sign(claims());
  expect(await api.ask({ path: '/services', method: 'GET', token: old })).toMatchObject({ status: 200 });
  await github.rotate();
  await scene.pass(60_000);
  expect(await api.ask({ path: '/services', method: 'GET', token: await github.sign(claims()) })).toMatchObject({
    status: 200,
  });
  expect(await api.ask({ path: '/services', method: 'GET', token: old })).toMatchObject({ status: 401 });
});

test('invented names of keys cause at most one call a minute', async () => {
  const { github, claims } = api;
  await api.ask({ token: await github.sign(claims()) });
  for (const kid of ['a', 'b', 'c']) await api.ask({ token: await github.sign(claims(), { kid }) });
  expect(github.asked).toHaveLength(2);
  await api.scene.pass(60_000);
  for (const kid of ['d', 'e', 'f']) await api.ask({ token: await github.sign(claims(), { kid }) });
  expect(github.asked).toHaveLength(4);
});
