import { planSteps } from '../../src/domain/service/strategy.ts';
import { CALLER_SEEDS } from '../effort.ts';
import type { Scene } from '../operations/a-scene.ts';
import { type Play, playCallers } from './played-callers.ts';

const CALLS = 40;

test('three callers with random roles and requests never get further than roles and approvals allow', async () => {
  const answered = new Map<number, number>();
  for (let seed = 1; seed <= CALLER_SEEDS; seed += 1) {
    for (const [status, count] of await playCallers({ seed, calls: CALLS }))
      answered.set(status, (answered.get(status) ?? 0) + count);
  }
  // If the API refused nearly every request, the test would prove nothing. No request of this test may get a 5xx.
  for (const status of [200, 202, 403, 409]) expect(answered.get(status) ?? 0).toBeGreaterThan(20);
  expect([...answered.keys()].filter((status) => status >= 500)).toEqual([]);
});

type Ports = Scene['ports'];
const planted: readonly (readonly [what: string, says: RegExp, bug: Pick<Play, 'tamper' | 'grantsOf'>])[] = [
  [
    'that counts the approvals of a strategy, wherever they stand',
    /its approvals allow/,
    { tamper: (ports) => ({ ...ports, services: { ...ports.services, read: readWithApprovalsLast(ports) } }) },
  ],
  [
    'that takes a role on one service for a role on all',
    /with no role on it|which belongs to|and is no admin|its approvals allow/,
    { grantsOf: (grants) => grants.map(({ role }) => ({ role, services: '*' })) },
  ],
  [
    'that takes every deployer for an approver',
    /its approvals allow/,
    { grantsOf: (grants) => grants.flatMap((grant) => [grant, { ...grant, role: 'approver' }]) },
  ],
  [
    'that forgets who opened a deployment',
    /its approvals allow/,
    { tamper: (ports) => ({ ...ports, deployments: { ...ports.deployments, read: readWithoutName(ports) } }) },
  ],
  [
    'that writes another name into the timeline',
    /is by slipway/,
    { tamper: (ports) => ({ ...ports, deployments: { ...ports.deployments, open: openAsSlipway(ports) } }) },
  ],
  [
    'that moves more calls than the step says',
    /its approvals allow/,
    { tamper: (ports) => ({ ...ports, traffic: { ...ports.traffic, setSplit: setTooMuch(ports) } }) },
  ],
  [
    'that moves calls without an entry',
    /was moved, and no entry says so/,
    { tamper: (ports) => ({ ...ports, deployments: { ...ports.deployments, record: recordNoMove(ports) } }) },
  ],
  [
    'that gives a target to whoever asks last',
    /with no role on it|which belongs to|and is no admin/,
    { tamper: (ports) => ({ ...ports, services: { ...ports.services, write: writeOver(ports) } }) },
  ],
];

test.each(planted)(
  'a bug %s is found',
  async (_what, says, bug) => {
    const found = async () => {
      for (let seed = 1; seed <= 60; seed += 1) await playCallers({ seed, calls: CALLS, ...bug });
    };
    await expect(found()).rejects.toThrow(says);
  },
  180_000,
);

function readWithApprovalsLast({ services }: Ports): Ports['services']['read'] {
  return async (name) => {
    const service = await services.read(name);
    const steps = planSteps(service.spec.strategy);
    const isApproval = (step: object) => 'approve' in step;
    const strategy = [...steps.filter((step) => !isApproval(step)), ...steps.filter(isApproval)];
    return { ...service, spec: { ...service.spec, strategy } };
  };
}

function readWithoutName({ deployments }: Ports): Ports['deployments']['read'] {
  return async (id) => {
    const recorded = await deployments.read(id);
    return { ...recorded, deployment: { ...recorded.deployment, by: 'somebody@else' } };
  };
}

function openAsSlipway({ deployments }: Ports): Ports['deployments']['open'] {
  return (opening) =>
    deployments.open({ ...opening, entries: opening.entries.map((entry) => ({ ...entry, by: 'slipway' })) });
}

function setTooMuch({ traffic }: Ports): Ports['traffic']['setSplit'] {
  return ({ canaryPercent, ...order }) =>
    traffic.setSplit({ ...order, canaryPercent: canaryPercent === 0 ? 0 : Math.min(99, canaryPercent + 1) });
}

function recordNoMove({ deployments }: Ports): Ports['deployments']['record'] {
  return (id, change) =>
    deployments.record(id, (current) => {
      const changed = change(current);
      return changed && { ...changed, entries: changed.entries.filter(({ kind }) => kind !== 'TrafficShifted') };
    });
}

function writeOver({ services }: Ports): Ports['services']['write'] {
  return async (order) => {
    try {
      return await services.write(order);
    } catch (error) {
      const owner = (error as { details?: { service?: string } }).details?.service;
      if (owner === undefined) throw error;
      await services.remove({ name: owner, by: order.by, at: order.at });
      return services.write(order);
    }
  };
}
