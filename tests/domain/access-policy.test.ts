import { type AccessStatement, grantsOf, misfitsOf, patternProblem } from '../../src/domain/access/access-policy.ts';
import { refusalInWords, type VerifiedToken } from '../../src/domain/access/token.ts';

const issuer = 'https://issuer.example';
const statement = (claims: AccessStatement['claims'], change: Partial<AccessStatement> = {}): AccessStatement => ({
  issuer,
  claims,
  role: 'deployer',
  services: ['checkout'],
  ...change,
});
const token = (claims: Record<string, unknown>): VerifiedToken => ({ issuer, subject: 'x', claims, grants: null });
const isIn = (claims: AccessStatement['claims'], claimed: Record<string, unknown>) =>
  grantsOf({ statements: [statement(claims)] }, token(claimed)).length > 0;

const MAIN = 'repo:acme/checkout:ref:refs/heads/main';

test.each([
  [MAIN, MAIN, true],
  [MAIN, `${MAIN}ly`, false],
  [MAIN, `x${MAIN}`, false],
  [MAIN, `${MAIN}\n`, false],
  [MAIN, MAIN.replace('acme', 'acme.evil'), false],
  ['repo:acme/check.ut:x', 'repo:acme/checkout:x', false],
  ['repo:acme/*:ref:refs/heads/main', MAIN, true],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/evil:environment:x:ref:refs/heads/main', false],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/a/b:ref:refs/heads/main', false],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/:ref:refs/heads/main', false],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme-evil/checkout:ref:refs/heads/main', false],
  ['repo:acme/checkout:ref:refs/heads/*', 'repo:acme/checkout:ref:refs/heads/feature/x', true],
  ['repo:acme/checkout:ref:refs/heads/*', 'repo:acme/checkout:ref:refs/heads/', false],
  ['repo:acme/checkout:ref:refs/heads/*', 'repo:acme/checkout:pull_request', false],
  ['repo:acme/checkout:*', 'repo:acme/checkout:environment:prod', true],
  ['repo:acme/checkout:*', 'repo:acme/checkout-evil:environment:prod', false],
  ['repo:acme/checkout:ref:refs/tags/v*', 'repo:acme/checkout:ref:refs/tags/v1.2', true],
  ['repo:acme/checkout:ref:refs/tags/v*', 'repo:acme/checkout:ref:refs/tags/v1/x', false],
  ['repo:acme*', 'repo:acme-evil/checkout:ref:refs/heads/main', false],
  ['*acme/checkout', 'evilacme/checkout', false],
  ['repo:ac*me/checkout', 'repo:acme/checkout', false],
  ['repo:acme*/checkout', 'repo:acme-evil/checkout', false],
  ['*', 'anything', false],
  ['*/*:*', 'a/b:c', false],
])('the pattern %j matches %j: %j', (pattern, value, expected) => {
  expect(isIn({ sub: pattern }, { sub: value })).toBe(expected);
});

test.each([
  ['*acme/checkout', /is a part of a name/],
  ['repo:acme*/checkout', /is a part of a name/],
  ['refs/tags/v*x', /is a part of a name/],
  ['**', /is a part of a name/],
  ['*', /fits everything/],
  ['*/*', /fits everything/],
])('%j is refused as a pattern', (pattern, says) => {
  expect(patternProblem(pattern)).toMatch(says);
});

test.each([MAIN, 'repo:acme/*:ref:refs/heads/main', 'refs/tags/v*', 'a/*', '*:x'])(
  '%j is accepted as a pattern',
  (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  },
);

test('every claim of a statement has to match, and one of several patterns is enough', () => {
  const claims = { repository: ['acme/checkout', 'acme/basket'], ref: 'refs/heads/main' };
  expect(isIn(claims, { repository: 'acme/basket', ref: 'refs/heads/main' })).toBe(true);
  expect(isIn(claims, { repository: 'acme/basket', ref: 'refs/heads/x' })).toBe(false);
  expect(isIn(claims, { repository: 'acme/basket' })).toBe(false);
  expect(isIn({}, { sub: 'anybody' })).toBe(false);
});

test('a claim may be a list of groups, a number or true, and any other value matches nothing', () => {
  expect(isIn({ groups: 'deployers' }, { groups: ['readers', 'deployers'] })).toBe(true);
  expect(isIn({ groups: 'deployers' }, { groups: ['evil-deployers'] })).toBe(false);
  expect(isIn({ id: '7' }, { id: 7 })).toBe(true);
  expect(isIn({ email_verified: 'true' }, { email_verified: true })).toBe(true);
  for (const value of [null, {}, [{}], [[['deployers']]], undefined])
    expect(isIn({ groups: 'deployers' }, { groups: value })).toBe(false);
  expect(isIn({ constructor: 'function*' }, {})).toBe(false);
  expect(isIn({ toString: 'x' }, {})).toBe(false);
});

test('a statement applies to its issuer alone, and a token gets the grants of all matching statements', () => {
  const claims = { sub: 'ann' };
  const statements = [
    statement(claims),
    statement(claims, { role: 'approver', services: '*' }),
    statement(claims, { issuer: `${issuer}/` }),
    statement({ sub: 'ben' }),
  ];
  expect(grantsOf({ statements }, token(claims))).toEqual([
    { role: 'deployer', services: ['checkout'] },
    { role: 'approver', services: '*' },
  ]);
  expect(grantsOf({ statements: [] }, token(claims))).toEqual([]);
});

test('a token of Slipway has the grants inside it, and none of the policy', () => {
  const own = { ...token({ sub: 'ann' }), grants: [] };
  expect(grantsOf({ statements: [statement({ sub: 'ann' })] }, own)).toEqual([]);
});

test('a reason is given with the next step', () => {
  expect(refusalInWords('expired')).toBe('The token has expired. Get a new one.');
  expect(refusalInWords('wrong issuer')).toContain('oidcIssuers');
});

test('misfits say which claims keep a token from a statement, and the nearest statement is first', () => {
  const far = statement({ sub: 'repo:acme/other:x', actor: ['ann', 'bob'] }, { issuer: 'https://other.example' });
  const near = statement({ sub: MAIN, environment: 'prod' });
  const fitting = statement({ sub: MAIN });
  const claimed = { sub: MAIN, actor: 'eve' };
  expect(misfitsOf({ statements: [far, near, fitting] }, token(claimed))).toEqual([
    { statement: fitting, misfits: [] },
    { statement: near, misfits: [{ claim: 'environment', wanted: ['prod'], found: [] }] },
    {
      statement: far,
      misfits: [
        { claim: 'issuer', wanted: ['https://other.example'], found: [issuer] },
        { claim: 'sub', wanted: ['repo:acme/other:x'], found: [MAIN] },
        { claim: 'actor', wanted: ['ann', 'bob'], found: ['eve'] },
      ],
    },
  ]);
});
