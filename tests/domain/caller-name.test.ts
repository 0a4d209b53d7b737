import fc from 'fast-check';
import {
  callerName,
  isCallerName,
  isIssuedSubject,
  isJobName,
  isMintedSubject,
  isOwnName,
} from '../../src/domain/access/caller-name.ts';
import { readSources } from '../repo/sources.ts';

const issued = (subject: string, issuer = 'https://issuer.example') => callerName({ issuer, subject, grants: null });
const minted = (subject: string) => callerName({ issuer: 'slipway-prod', subject, grants: [] });

test('the name of a caller contains its issuer, and the name of a caller of Slipway has none', () => {
  expect([issued('ann'), minted('jane@acme')]).toEqual(['ann (issuer.example)', 'jane@acme']);
});

test.each([
  ['jane@acme', true],
  ['repo:acme/checkout', true],
  ['', false],
  ['jane', false],
  ['npm start', false],
  ['jane@acme\n', false],
  ['jane@acme\u001b[2J', false],
  ['@acme', false],
  ['jane@acme (issuer.example)', false],
  [`${'x'.repeat(101)}@acme`, false],
  [`jane@${'x'.repeat(101)}`, false],
])('a token for %j may be minted: %s', (text, isAllowed) => expect(isMintedSubject(text)).toBe(isAllowed));

test.each([
  ['repo:acme/checkout:ref:refs/heads/main', true],
  ['CN=Ann (Sales),OU=acme', true],
  ['slipway', false],
  ['SLIPWAY', false],
  ['pipeline', false],
  ['local', false],
  ['alarm checkout-errors', false],
  ['Alarm checkout-errors', false],
  ['ann (issuer.example)', false],
  ['two\nlines', false],
  [' ann', false],
  ['x'.repeat(256), false],
])('the subject %j of an issuer is accepted: %s', (text, isAllowed) => expect(isIssuedSubject(text)).toBe(isAllowed));

test("every name that Slipway writes instead of a caller is known as Slipway's own", () => {
  const literal = /\b(?:by: |caller: |by = |(?:AUTOMATIC|PIPELINE|LOCAL_CALLER) = )(?:'([^']+)'|`([^`$]*)\$\{)/g;
  const names = readSources('src', /\.ts$/)
    .filter(({ path }) => !/^src\/(twin|simulation|rehearse|api)\//.test(path))
    .flatMap(({ text }) => [...text.matchAll(literal)].map(([, whole, beginning]) => whole ?? `${beginning}x`));
  expect(names).toEqual(expect.arrayContaining(['slipway', 'judge', 'pipeline', 'unknown', 'alarm x', 'anonymous']));
  for (const name of names) {
    expect({ name, isOwn: isOwnName(name) }).toEqual({ name, isOwn: true });
    expect([isMintedSubject(name), isIssuedSubject(name)]).toEqual([false, false]);
  }
});

test('no two callers have one name, and no caller has a name of Slipway itself', () => {
  const subject = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.constantFrom('ann', 'slipway', 'alarm x', 'jane@acme', 'ann (a.example)', 'jane@acme (a.example)', 'a@b/c'),
  );
  const issuer = fc.constantFrom('https://a.example', 'https://b.example', 'slipway-prod');
  const caller = fc
    .record({ subject, issuer })
    .filter((one) => (one.issuer === 'slipway-prod' ? isMintedSubject : isIssuedSubject)(one.subject));
  const nameOf = (one: { subject: string; issuer: string }) =>
    callerName({ ...one, grants: one.issuer === 'slipway-prod' ? [] : null });
  fc.assert(
    fc.property(caller, caller, (one, other) => {
      expect(isOwnName(nameOf(one))).toBe(false);
      expect(isCallerName(nameOf(one))).toBe(true);
      const isSame = one.subject === other.subject && one.issuer === other.issuer;
      expect(nameOf(one) === nameOf(other)).toBe(isSame);
    }),
  );
});

test.each(['pipeline', 'slipway', 'alarm a@b', 'Webhook arn:aws:codeconnections:eu-west-1:1:connection/1', 'ada'])(
  'Slipway does not know %j as a caller',
  (name) => expect(isCallerName(name)).toBe(false),
);

test.each([
  ['repo:acme/checkout:ref:refs/heads/main (token.actions.githubusercontent.com)', true],
  ['repo:acme@1/checkout@2:environment:prod (token.actions.acme.ghe.com)', true],
  ['repository_owner_id:123456:job_workflow_ref:acme/flows (token.actions.githubusercontent.com)', true],
  ['project_path:acme/checkout:ref_type:branch:ref:main (gitlab.com)', true],
  ['organization:acme:pipeline:checkout:ref:refs/heads/main:commit:9f2:step:deploy (agent.buildkite.com)', true],
  ['org/6f1/project/7c2/user/ann (oidc.circleci.com/org/6f1)', true],
  ['{01234567-89ab-cdef-0123-456789abcdef}:{x} (api.bitbucket.org)', true],
  ['ann (login.example)', false],
  ['auth0|5f7 (acme.eu.auth0.com)', false],
  ['jane@acme', false],
  ['repo:acme/checkout', false],
  ['alarm x (token.actions.githubusercontent.com)', false],
])('%j is the name of a CI job: %s', (name, isJob) => expect(isJobName(name)).toBe(isJob));
