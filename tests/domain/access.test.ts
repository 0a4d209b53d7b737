import fc from 'fast-check';
import {
  type Access,
  decideAccess,
  decideDeploymentAccess,
  decideStrategyAccess,
  fullAccess,
  type Grant,
  ROLES,
  visibleServices,
} from '../../src/domain/access.ts';
import { aDeployment } from './a-deployment.ts';

const ann = (...grants: readonly Grant[]): Access => ({ caller: 'ann', grants });
const checkout = (role: Grant['role']): Grant => ({ role, services: ['checkout'] });

test.each([
  ['viewer', ['viewer']],
  ['deployer', ['viewer', 'deployer']],
  ['approver', ['viewer', 'approver']],
  ['admin', ['viewer', 'deployer', 'approver', 'admin']],
] as const)('a %s has the roles %j', (role, included) => {
  const allowed = ROLES.filter(
    (wanted) => decideAccess({ access: ann(checkout(role)), role: wanted, service: 'checkout' }).allowed,
  );
  expect(allowed).toEqual(included);
});

test.each([
  ['a role too low for the service', [checkout('viewer')], 'checkout', 'role too low'],
  ['a role for another service', [checkout('admin')], 'basket', 'other service'],
  ['a role too low, for all services', [{ role: 'viewer', services: '*' }], 'basket', 'role too low'],
  ['no role at all', [], 'checkout', 'other service'],
  ['a role for no service', [{ role: 'admin', services: [] }], 'checkout', 'other service'],
  ['no role where any service will do', [], null, 'role too low'],
  ['a role for no service where any will do', [{ role: 'admin', services: [] }], null, 'role too low'],
] as const)('%s is refused, with the reason and the next step', (_what, grants, service, reason) => {
  const decision = decideAccess({ access: ann(...grants), role: 'deployer', service });
  expect(decision).toMatchObject({
    allowed: false,
    reason,
    because: expect.stringMatching(/^ann does not have the role deployer.*\. Ask/),
  });
});

test('a role for one service is enough where any will do, and a role for all for each', () => {
  expect(decideAccess({ access: ann(checkout('viewer')), role: 'viewer', service: null })).toEqual({ allowed: true });
  expect(decideAccess({ access: fullAccess('ann'), role: 'admin', service: 'any' })).toEqual({ allowed: true });
});

test('no grants, whatever they are, allow what none of them names', () => {
  const service = fc.constantFrom('a', 'b', 'c');
  const grant = fc.record({
    role: fc.constantFrom(...ROLES),
    services: fc.oneof(fc.constant('*' as const), fc.array(service)),
  });
  fc.assert(
    fc.property(fc.array(grant), fc.constantFrom(...ROLES), service, (grants, role, wanted) => {
      const { allowed } = decideAccess({ access: ann(...grants), role, service: wanted });
      const named = grants.filter(({ services }) => services === '*' || services.includes(wanted));
      const has = named.some(({ role: held }) => held === role || held === 'admin' || role === 'viewer');
      expect(allowed).toBe(has);
    }),
  );
});

const approval = { approve: { within: { hours: 1 } } } as const;
const both: Grant = { role: 'approver', services: '*' };
const deployer: Grant = { role: 'deployer', services: '*' };

test.each([
  ['approve what somebody else opened', 'approve', 'approver', 'ben', {}, 'allowed'],
  ['approve what is its own', 'approve', 'approver', 'ann', {}, 'own deployment'],
  ['promote what somebody else opened past its approval', 'promote', 'deployer', 'ben', {}, 'allowed'],
  ['promote what is its own past its approval', 'promote', 'deployer', 'ann', {}, 'own deployment'],
  ['promote what is its own and has been approved', 'promote', 'deployer', 'ann', { stepIndex: 1 }, 'allowed'],
  ['abort what is its own', 'abort', 'deployer', 'ann', {}, 'allowed'],
  ['read what is its own', null, 'viewer', 'ann', {}, 'allowed'],
] as const)('a deployer and approver may %s, or not: %s', (_what, signal, role, by, progress, expected) => {
  const deployment = aDeployment({ by, steps: [approval, { setWeight: 50 }], progress });
  const decision = decideDeploymentAccess({ access: ann(both, deployer), role, signal, deployment });
  expect(decision.allowed ? 'allowed' : decision.reason).toBe(expected);
});

test('a deployment that has ended is left to the operation, which refuses every approval', () => {
  const deployment = aDeployment({ by: 'ann', status: 'rolledBack', steps: [approval] });
  const wish = { access: ann(both), role: 'approver', signal: 'approve', deployment } as const;
  expect(decideDeploymentAccess(wish)).toEqual({ allowed: true });
});

test('before it is planned, a deployment has the approvals of its strategy ahead', () => {
  const promote = (strategy: readonly object[]) => {
    const deployment = aDeployment({ by: 'ben', steps: [], spec: { strategy: strategy as never } });
    return decideDeploymentAccess({ access: ann(deployer), role: 'deployer', signal: 'promote', deployment });
  };
  expect(promote([{ setWeight: 50 }])).toEqual({ allowed: true });
  expect(promote([approval])).toMatchObject({ allowed: false, reason: 'approval left out' });
});

test('a deployment of another service is closed before anything else is asked', () => {
  const wish = { role: 'approver', signal: 'approve', deployment: aDeployment({ by: 'ann' }) } as const;
  expect(decideDeploymentAccess({ access: ann({ role: 'approver', services: ['basket'] }), ...wish })).toMatchObject({
    reason: 'other service',
  });
});

test.each([
  ['keeps the approvals', ann(), [approval, { setWeight: 5 }], [approval], true],
  ['asks for more of them', ann(), [approval, approval], [approval], true],
  ['has none where the service asks for none', ann(), 'allAtOnce', [{ setWeight: 5 }], true],
  ['leaves one out', ann(checkout('deployer'), checkout('approver')), 'allAtOnce', [approval], false],
  ['leaves one out, from nobody', undefined, 'allAtOnce', [approval], false],
  ['leaves one out, from an admin', ann(checkout('admin')), 'allAtOnce', [approval], true],
] as const)('a strategy that %s', (_what, access, asked, ofService, allowed) => {
  const decision = decideStrategyAccess({ access, service: 'checkout', asked, ofService });
  expect(decision).toEqual(allowed ? { allowed } : expect.objectContaining({ allowed, reason: 'approval left out' }));
});

test('what a caller sees is what any of its grants is for', () => {
  expect(visibleServices(ann())).toEqual([]);
  expect(visibleServices(ann(checkout('viewer'), { role: 'approver', services: ['a', 'checkout'] }))).toEqual([
    'checkout',
    'a',
  ]);
  expect(visibleServices(ann(checkout('viewer'), { role: 'approver', services: '*' }))).toBe('*');
});
