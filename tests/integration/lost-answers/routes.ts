/** Every route that writes, in each scene in which it behaves differently. */
import { contracts } from '../../../src/api/all-contracts.ts';
import type { Strategy } from '../../../src/domain/service/strategy.ts';
import { aSpec } from '../../domain/a-deployment.ts';
import { clusterTarget } from '../../operations/a-cluster-rollout.ts';
import type { World } from './a-world.ts';
import { asked, type Called, done, type Operation } from './operation.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const REVISION = 'a'.repeat(40);
const reason = 'a test asks for it';
/** A rollout with this strategy shifts all calls within seconds. */
export const AT_ONCE: Strategy = [{ setWeight: 100 }];
const APPROVED: Strategy = [{ setWeight: 10 }, { approve: { within: { hours: 1 } } }];
export const onCluster = { target: clusterTarget } as const;

/** Starts a rollout and lets some seconds pass. */
export async function begun(world: World, body: object = { version: '42' }): Promise<string> {
  const id = await done(world, { contract: contracts.startDeployment, body: { service: 'checkout', ...body } });
  await world.pass(5 * SECOND);
  return id;
}

/** Starts a rollout and lets it run to its promotion. */
export async function promoted(world: World, body: object): Promise<string> {
  const id = await begun(world, { strategy: AT_ONCE, ...body });
  await world.pass(2 * MINUTE);
  return id;
}

/** A call about a deployment that `begun`, `promoted` or a similar function has left. */
function about(contract: Called['contract'], by?: string): (id: string) => Called {
  return (id) => ({ contract, params: { id }, body: { reason }, ...(by && { by }) });
}

async function paused(world: World): Promise<string> {
  const id = await begun(world);
  await done(world, about(contracts.pauseDeployment)(id));
  await world.pass(5 * SECOND);
  return id;
}

async function aborted(world: World): Promise<string> {
  const id = await begun(world);
  await done(world, about(contracts.abortDeployment)(id));
  await world.pass(5 * SECOND);
  return id;
}

const checkout = { name: 'checkout' };
const cart = aSpec({ name: 'cart', target: { kind: 'lambda', function: 'cart', alias: 'live' } });

type Scene = Pick<Operation, 'scene' | 'spec' | 'doneWithinMs'> & {
  readonly contract: Called['contract'];
  readonly call: (world: World) => Promise<Omit<Called, 'contract'>>;
};

const deploys: readonly Scene[] = [
  {
    contract: contracts.startDeployment,
    scene: 'with nothing in flight',
    call: async () => ({ body: { service: 'checkout', version: '42' } }),
  },
  {
    contract: contracts.startDeployment,
    scene: 'in the place of a rollout in flight',
    async call(world) {
      await begun(world);
      return { body: { service: 'checkout', version: '43', supersede: true } };
    },
  },
  {
    contract: contracts.startDeployment,
    scene: 'of a revision, through the pipeline',
    call: async () => ({ body: { service: 'checkout', revision: REVISION } }),
  },
  {
    contract: contracts.startDeployment,
    scene: 'on a cluster',
    spec: onCluster,
    call: async () => ({ body: { service: 'checkout', artifact: { image: 'good:2' } } }),
  },
  {
    contract: contracts.retryDeployment,
    scene: 'of an aborted rollout',
    call: async (world) => about(contracts.retryDeployment)(await aborted(world)),
  },
];

const rollbacks: readonly Scene[] = [
  {
    contract: contracts.startRollback,
    scene: 'of a rollout in flight',
    async call(world) {
      await begun(world);
      return { body: { service: 'checkout', reason } };
    },
  },
  {
    contract: contracts.startRollback,
    scene: 'of a promoted version',
    async call(world) {
      for (const version of ['42', '43']) await promoted(world, { version });
      return { body: { service: 'checkout', reason } };
    },
  },
  {
    contract: contracts.startRollback,
    scene: 'to a version that is neither of those in flight',
    async call(world) {
      await promoted(world, { version: '42' });
      await begun(world, { version: '43' });
      return { body: { service: 'checkout', to: '41', reason } };
    },
  },
  {
    contract: contracts.startRollback,
    scene: 'on a cluster',
    spec: onCluster,
    // The pods need some time.
    doneWithinMs: MINUTE,
    async call(world) {
      for (const image of ['good:1', 'good:2', 'good:3']) await promoted(world, { artifact: { image } });
      return { body: { service: 'checkout', reason } };
    },
  },
  {
    contract: contracts.abortDeployment,
    scene: 'at 10 %',
    call: async (world) => about(contracts.abortDeployment)(await begun(world)),
  },
];

const signals: readonly Scene[] = [
  {
    contract: contracts.promoteDeployment,
    scene: 'at 10 %',
    call: async (world) => about(contracts.promoteDeployment)(await begun(world)),
  },
  {
    contract: contracts.pauseDeployment,
    scene: 'at 10 %',
    call: async (world) => about(contracts.pauseDeployment)(await begun(world)),
  },
  {
    contract: contracts.resumeDeployment,
    scene: 'while paused',
    call: async (world) => about(contracts.resumeDeployment)(await paused(world)),
  },
  {
    contract: contracts.skipDeployment,
    scene: 'at 10 %',
    call: async (world) => about(contracts.skipDeployment)(await begun(world)),
  },
  {
    contract: contracts.approveDeployment,
    scene: 'at 10 %',
    spec: { strategy: APPROVED },
    call: async (world) => about(contracts.approveDeployment, 'grace')(await begun(world)),
  },
];

const services: readonly Scene[] = [
  { contract: contracts.putService, scene: 'new', call: async () => ({ params: { name: 'cart' }, body: cart }) },
  {
    contract: contracts.putService,
    scene: 'leaving its target, which is watched',
    async call(world) {
      await promoted(world, { version: '42' });
      const target = { kind: 'lambda', function: 'check', alias: 'live' } as const;
      return { params: checkout, body: aSpec({ target }) };
    },
  },
  {
    contract: contracts.removeService,
    scene: 'that is watched',
    async call(world) {
      await promoted(world, { version: '42' });
      // A 404 is a success here: the request asked for the service to be gone.
      return { params: checkout, orElse: 404 };
    },
  },
  { contract: contracts.checkService, scene: 'at rest', call: async () => ({ params: checkout }) },
  {
    contract: contracts.releaseService,
    scene: 'with a revision that is quarantined',
    async call(world) {
      await quarantined(world);
      return { params: checkout, body: { reason } };
    },
  },
];

/** A revision that came through the pipeline and that Slipway rolled back after an alarm. */
export async function quarantined(world: World): Promise<void> {
  await done(world, { contract: contracts.startDeployment, body: { service: 'checkout', revision: REVISION } });
  await world.pass(30 * SECOND);
  world.cloud.alarms.setAlarmState({ name: 'checkout-errors', state: 'ALARM', reason: 'set by the test' });
  await world.pass(30 * SECOND);
  world.cloud.alarms.setAlarmState({ name: 'checkout-errors', state: 'OK', reason: 'set by the test' });
  await world.pass(SECOND);
}

export const routes: readonly Operation[] = [...deploys, ...rollbacks, ...signals, ...services].map(
  ({ contract, call, ...scene }) => ({
    name: contract.name,
    ...scene,
    prepare: async (world) => asked(world, { contract, ...(await call(world)) }),
  }),
);
