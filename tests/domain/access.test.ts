import fc from 'fast-check';
import {
  type Access,
  decideAccess,
  decideDeploymentAccess,
  decideStrategyAccess,
  fullAccess,
  visibleServices,
} from '../../src/domain/access/access.ts';
import { type Grant, ROLES } from '../../src/domain/access/grant.ts';
import type { Step } from '../../src/domain/service/strategy.ts';
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

test('a role for one service is enough when any service is asked for, and a role for all services for each', () => {
  expect(decideAccess({ access: ann(checkout('viewer')), role: 'viewer', service: null })).toEqual({ allowed: true });
  expect(decideAccess({ access: fullAccess('ann'), role: 'admin', service: 'any' })).toEqual({ allowed: true });
});

test('grants never allow an act that none of them names', () => {
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

test('access leaves a deployment that has ended to the operation, which refuses every approval', () => {
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
  ['moves one behind a weight', ann(checkout('deployer')), [{ setWeight: 99 }, approval], [approval], false],
  ['moves one behind, from an admin', ann(checkout('admin')), [{ setWeight: 99 }, approval], [approval], true],
  ['moves one forward', ann(), [approval, { setWeight: 5 }], [{ setWeight: 10 }, approval], true],
  ['goes as far as its service before one', ann(), [{ setWeight: 10 }, approval], [{ setWeight: 10 }, approval], true],
  ['goes a percent further', ann(), [{ setWeight: 11 }, approval], [{ setWeight: 10 }, approval], false],
  ['counts one twice later', ann(), [{ setWeight: 50 }, approval, approval], [approval, { setWeight: 50 }], false],
  [
    'leaves out the second of two',
    ann(),
    [approval, { setWeight: 100 }],
    [approval, { setWeight: 50 }, approval],
    false,
  ],
  ['is a preset', ann(), 'linear10PercentEvery1Minute', [{ setWeight: 50 }, approval], false],
] as const)('a strategy that %s', (_what, access, asked, ofService, allowed) => {
  const decision = decideStrategyAccess({ access, service: 'checkout', asked, ofService });
  expect(decision).toEqual(allowed ? { allowed } : expect.objectContaining({ allowed, reason: 'approval left out' }));
});

test('a refused strategy names the weight, its number of approvals before it and that of the service', () => {
  const asked = [{ setWeight: 5 }, { setWeight: 99 }, { bake: { minutes: 30 } }, approval] as const;
  const ofService = [{ setWeight: 10 }, approval, { setWeight: 50 }, approval] as const;
  expect(decideStrategyAccess({ access: undefined, service: 'checkout', asked, ofService })).toMatchObject({
    because: expect.stringMatching(/: 99 % comes after no approval, .* checkout after 2 approvals\. Put as many/),
  });
});

test('an allowed strategy gets, with any number of approvals, no further than the strategy of the service', () => {
  const step = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.constant('approve' as const),
    fc.constant('bake' as const),
  );
  const strategy = fc.array(step, { maxLength: 6 }).map((words) => {
    let reached = 0;
    return words.flatMap((word): readonly Step[] => {
      if (word === 'approve') return [approval];
      if (word === 'bake') return [{ bake: { minutes: 1 } }];
      if (word <= reached) return [];
      reached = word;
      return [{ setWeight: word }];
    });
  });
  // Walks through the strategy: each approval that is given opens the way to the next approval, or to the promotion.
  const reach = (steps: readonly Step[], given: number) => {
    let [percent, left] = [0, given];
    for (const one of steps) {
      if ('approve' in one && left === 0) return percent;
      if ('approve' in one) left -= 1;
      if ('setWeight' in one) percent = one.setWeight;
    }
    return 100;
  };
  fc.assert(
    fc.property(strategy, strategy, (asked, ofService) => {
      const { allowed } = decideStrategyAccess({ access: undefined, service: 'checkout', asked, ofService });
      const isNoFurther = [0, 1, 2, 3, 4, 5, 6].every((given) => reach(asked, given) <= reach(ofService, given));
      expect(allowed).toBe(isNoFurther);
    }),
    { numRuns: 1_000 },
  );
});

test('a caller sees the services that any of its grants names', () => {
  expect(visibleServices(ann())).toEqual([]);
  expect(visibleServices(ann(checkout('viewer'), { role: 'approver', services: ['a', 'checkout'] }))).toEqual([
    'checkout',
    'a',
  ]);
  expect(visibleServices(ann(checkout('viewer'), { role: 'approver', services: '*' }))).toBe('*');
});
