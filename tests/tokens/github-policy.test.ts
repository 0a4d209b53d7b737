/**
 * Checks what the policy of examples/github-actions grants to tokens as GitHub makes them, with subjects of the old and
 * of the new form.
 */
import { type AccessStatement, grantsOf } from '../../src/domain/access/access-policy.ts';
import { readPolicy } from '../../src/tokens/policy-file.ts';
import { GITHUB } from './an-issuer.ts';

type Claims = Readonly<Record<string, string>>;

/** The claims of a push to the branch main of acme/checkout. */
const PUSH: Claims = {
  sub: 'repo:acme@123456/checkout@456789:ref:refs/heads/main',
  repository: 'acme/checkout',
  repository_id: '456789',
  repository_owner: 'acme',
  repository_owner_id: '123456',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  event_name: 'push',
  workflow_ref: 'acme/checkout/.github/workflows/deploy.yml@refs/heads/main',
  job_workflow_ref: 'acme/checkout/.github/workflows/deploy.yml@refs/heads/main',
};
const OLD_SUBJECT: Claims = { sub: 'repo:acme/checkout:ref:refs/heads/main' };
const STRANGER: Claims = { repository_id: '666', repository_owner_id: '999' };
const DEPLOYER = { role: 'deployer', services: ['checkout'] };
const VIEWER = { role: 'viewer', services: '*' };

function rolesBy(statements: readonly AccessStatement[], change: Claims) {
  const claims = { ...PUSH, ...change };
  return grantsOf({ statements }, { issuer: GITHUB, subject: claims.sub ?? '', claims, grants: null });
}

test.each<[string, Claims, object[]]>([
  ['a push to main with a subject of the new form deploys', {}, [DEPLOYER]],
  ['a push to main with a subject of the old form deploys', OLD_SUBJECT, [DEPLOYER]],
  ['a run that somebody starts on main deploys', { event_name: 'workflow_dispatch' }, [DEPLOYER]],
  [
    'a job with an environment deploys, whose subject names the environment',
    { sub: 'repo:acme@123456/checkout@456789:environment:production', environment: 'production' },
    [DEPLOYER],
  ],
  ['a repository that was renamed goes on deploying', { repository: 'acme/till' }, [DEPLOYER]],
  ['a push to another branch gets nothing', { ref: 'refs/heads/feature/x' }, []],
  ['a push of a tag gets nothing', { ref: 'refs/tags/main' }, []],
  ['a pull request may look', { event_name: 'pull_request', ref: 'refs/pull/7/merge' }, [VIEWER]],
  [
    'a workflow for a stranger’s pull request on the ref of main gets nothing',
    { event_name: 'pull_request_target' },
    [],
  ],
  ['another repository under the old name gets nothing', { ...OLD_SUBJECT, ...STRANGER }, []],
  ['a pull request of another owner gets nothing', { ...STRANGER, event_name: 'pull_request' }, []],
])('%s', async (_what, change, expected) => {
  const { statements } = await readPolicy('examples/github-actions/access-policy.json');
  expect(rolesBy(statements, change)).toEqual(expected);
});

const deployers = (claims: AccessStatement['claims']): AccessStatement[] => [
  { issuer: GITHUB, claims: { repository_id: '456789', ...claims }, role: 'deployer', services: ['checkout'] },
];

test.each<[string, AccessStatement['claims'], Claims, boolean]>([
  ['tags of versions', { ref: 'refs/tags/v*' }, { ref: 'refs/tags/v1.2.3' }, true],
  ['tags of versions', { ref: 'refs/tags/v*' }, { ref: 'refs/tags/w1' }, false],
  ['tags of versions', { ref: 'refs/tags/v*' }, { ref: 'refs/heads/v1' }, false],
  ['an environment', { environment: 'production' }, { environment: 'production' }, true],
  ['an environment', { environment: 'production' }, {}, false],
  ['an environment', { environment: 'production' }, { environment: 'production-eu' }, false],
  [
    'a reusable workflow',
    { job_workflow_ref: 'acme/delivery/.github/workflows/deploy.yml@refs/heads/main' },
    { job_workflow_ref: 'acme/delivery/.github/workflows/deploy.yml@refs/heads/main' },
    true,
  ],
  [
    'a reusable workflow',
    { job_workflow_ref: 'acme/delivery/.github/workflows/deploy.yml@refs/heads/main' },
    { job_workflow_ref: 'acme/delivery/.github/workflows/deploy.yml@refs/heads/x' },
    false,
  ],
  [
    'a subject with its numbers written out',
    { sub: 'repo:acme@123456/checkout@456789:ref:refs/heads/*' },
    { ref: 'refs/heads/x', sub: 'repo:acme@123456/checkout@456789:ref:refs/heads/x' },
    true,
  ],
  ['a subject without numbers', { sub: 'repo:acme/checkout:*' }, {}, false],
])('a statement by %s with %j admits %j: %j', (_what, claims, change, expected) => {
  expect(rolesBy(deployers(claims), change)).toEqual(expected ? [DEPLOYER] : []);
});
