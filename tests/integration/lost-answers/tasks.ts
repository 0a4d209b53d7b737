/**
 * Every task of the state machines, with the fault at its first invocation. The Retry of the shipped machine repeats
 * it.
 */
import { contracts } from '../../../src/api/all-contracts.ts';
import { SlipwayError } from '../../../src/domain/errors.ts';
import { reconcile } from '../../../src/operations/nets/reconcile.ts';
import type { World } from './a-world.ts';
import { done, type Operation } from './operation.ts';
import { AT_ONCE, begun, onCluster, promoted } from './routes.ts';

const MINUTE = 60_000;
const REVISION = 'a'.repeat(40);
const reason = 'a test asks for it';

type Struck = Omit<Operation, 'prepare'> & {
  /** Prepares what exists before the run. Returns what makes the machine run until it waits or ends. */
  readonly prepare?: (world: World) => Promise<unknown>;
  readonly run: (world: World) => Promise<void>;
};

function struck({ prepare, run, ...operation }: Struck): Operation {
  return {
    ...operation,
    async prepare(world) {
      await prepare?.(world);
      return async (fault) => {
        world.strike(operation.name, fault);
        await run(world);
      };
    },
  };
}

const rolledOut = {
  strategy: [{ setWeight: 10 }, { bake: { seconds: 30 } }, { judge: {} }],
  hooks: { beforeTraffic: [{ function: 'check' }], afterTraffic: [{ function: 'check' }] },
} as const;

async function rollOut(world: World): Promise<void> {
  await begun(world, { artifact: { s3: { bucket: 'local', key: 'checkout.zip' } } });
  await world.pass(3 * MINUTE);
}

async function deliver(world: World): Promise<void> {
  await done(world, { contract: contracts.startDeployment, body: { service: 'checkout', revision: REVISION } });
  await world.pass(3 * MINUTE);
}

async function rollBack(world: World): Promise<void> {
  await done(world, { contract: contracts.startRollback, body: { service: 'checkout', reason } });
  await world.pass(3 * MINUTE);
}

const forward: readonly Struck[] = [
  'planRollout',
  'publishVersion',
  'beforeTraffic',
  'shiftTraffic',
  'registerWait',
  'judgeCanary',
  'promote',
  'afterTraffic',
  'settleDeployment',
].map((name) => ({ name, scene: 'of a rollout', spec: rolledOut, run: rollOut }));

const others: readonly Struck[] = [
  {
    name: 'rollBack',
    scene: 'of a rollout that is aborted',
    async run(world) {
      const id = await begun(world);
      await done(world, { contract: contracts.abortDeployment, params: { id }, body: { reason } });
      await world.pass(MINUTE);
    },
  },
  {
    name: 'rollBack',
    scene: 'of a promoted version',
    async prepare(world) {
      for (const version of ['42', '43']) await promoted(world, { version });
    },
    run: rollBack,
  },
  {
    name: 'recordClusterTask',
    scene: 'of the plan',
    spec: onCluster,
    async run(world) {
      await begun(world, { artifact: { image: 'good:2' }, strategy: AT_ONCE });
      await world.pass(3 * MINUTE);
    },
  },
  {
    name: 'recordClusterTask',
    scene: 'of a rollback',
    spec: onCluster,
    async prepare(world) {
      for (const image of ['good:1', 'good:2', 'good:3']) await promoted(world, { artifact: { image } });
    },
    run: rollBack,
  },
  { name: 'openDelivery', scene: 'of a pipeline', spec: { strategy: AT_ONCE }, run: deliver },
  { name: 'readDelivery', scene: 'of a pipeline', spec: { strategy: AT_ONCE }, run: deliver },
  { name: 'readWatch', scene: 'of a pipeline', spec: { strategy: AT_ONCE }, run: deliver },
  {
    name: 'pageOnCall',
    scene: 'of a way back that is forbidden, until somebody allows it',
    spec: { hooks: { beforeTraffic: [{ function: 'refusal' }], afterTraffic: [] } },
    async run(world) {
      const { traffic } = world.cloud.ports;
      const { takeBack } = traffic;
      const forbidden = async () => {
        throw new SlipwayError('Broken', 'Slipway may not change the alias. Give it the permission.');
      };
      Object.assign(traffic, { takeBack: forbidden });
      await begun(world);
      await world.pass(15 * MINUTE);
      Object.assign(traffic, { takeBack });
      await world.driven(reconcile(world.ports));
    },
  },
];

export const tasks: readonly Operation[] = [...forward, ...others].map(struck);
