import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readIssuerList } from '../../src/tokens/issuer-list.ts';
import { readPolicyFor } from '../../src/tokens/policy-check.ts';
import { policyFile, readPolicy } from '../../src/tokens/policy-file.ts';
import { GITHUB } from './an-issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const statement = { issuer: GITHUB, claims: { sub: 'repo:acme/checkout:*' }, role: 'deployer', services: ['checkout'] };

function written(content: unknown): string {
  const path = join(folder, 'policy.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const withStatement = (change: object) => written({ statements: [{ ...statement, ...change }] });

test('a policy is read as it is written', async () => {
  expect(await policyFile(withStatement({})).read()).toEqual({ statements: [statement] });
});

test('the policy that Slipway ships admits no caller', async () => {
  expect(await readPolicy('access-policy.json')).toEqual({ statements: [] });
});

test('the example for GitHub Actions is a policy for its issuer', async () => {
  const { statements } = await readPolicyFor({ path: 'examples/github-actions/access-policy.json', issuers: GITHUB });
  expect(statements.length).toBeGreaterThan(0);
});

test.each([
  ['no file', () => join(folder, 'none.json'), /cannot be read/],
  ['no JSON', () => written('statements: []'), /it is no JSON/],
  ['nothing', () => written(''), /it is no JSON/],
  ['a list', () => written([]), /the whole/],
  ['no statements', () => written({}), /statements/],
  ['a field that there is not', () => written({ statements: [], allow: '*' }), /allow/],
  ['a role that there is not', () => withStatement({ role: 'root' }), /statements\/0\/role/],
  ['no services', () => withStatement({ services: [] }), /statements\/0\/services/],
  ['a service with a star', () => withStatement({ services: ['check*'] }), /statements\/0\/services/],
  ['an issuer without https', () => withStatement({ issuer: 'http://a.example' }), /statements\/0\/issuer/],
  ['no claims', () => withStatement({ claims: {} }), /lets in everybody/],
  [
    'a star that could be part of a name',
    () => withStatement({ claims: { sub: '*acme/x' } }),
    /claims\/sub.*part of a name/,
  ],
  ['a pattern that fits everything', () => withStatement({ claims: { sub: '*' } }), /fits everything/],
  ['a claim that is a number', () => withStatement({ claims: { id: 7 } }), /claims\/id/],
])('%s is refused as a policy, and the message says where', async (_what, path, says) => {
  await expect(readPolicy(path())).rejects.toMatchObject({
    name: 'Broken',
    message: expect.stringMatching(says),
  });
  await expect(policyFile(path()).read()).rejects.toThrow(/Until it is, nobody may do anything/);
});

const packaging: (variables: { readonly resolveVariable: (name: string) => Promise<string> }) => Promise<string> =
  createRequire(import.meta.url)('../../resources/access-policy.cjs');
const packaged = (path: string, issuers: string) =>
  packaging({ resolveVariable: async (name) => (name === 'param:accessPolicy' ? path : issuers) });

test('the packaged policy is a policy for the issuers of the deployment', async () => {
  expect(await packaged('access-policy.json', '')).toBe('access-policy.json');
  const path = withStatement({});
  expect(await packaged(path, `https://a.example, ${GITHUB}`)).toBe(path);
  await expect(packaged(path, `${GITHUB}/`)).rejects.toThrow(/which the parameter oidcIssuers does not name/);
  await expect(packaged(withStatement({ role: 'root' }), GITHUB)).rejects.toThrow(/role/);
  await expect(packaged('access-policy.json', 'http://a.example')).rejects.toThrow(/not an https address/);
});

test('issuers are separated by commas, each with its algorithms, or with the default one', () => {
  expect(readIssuerList(`${GITHUB}, https://login.example/tenant ES256 PS256,`)).toEqual([
    { name: GITHUB, algorithms: ['RS256'] },
    { name: 'https://login.example/tenant', algorithms: ['ES256', 'PS256'] },
  ]);
  expect(readIssuerList(' ')).toEqual([]);
});

test.each([
  ['http://a.example', /not an https address/],
  ['login.example', /not an https address/],
  ['https://ann:secret@a.example', /not an https address/],
  ['https://a.example/?x=1', /not an https address/],
  ['https://a.example HS256', /HS256 is none of RS256/],
  ['https://a.example none', /none is none of/],
])('%j is refused as a list of issuers', (text, says) => {
  expect(() => readIssuerList(text)).toThrow(
    expect.objectContaining({ name: 'Broken', message: expect.stringMatching(says) }),
  );
});
