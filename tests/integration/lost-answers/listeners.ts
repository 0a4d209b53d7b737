/**
 * Every event listener, with the fault at the first delivery. The second delivery, or the next tick of the clock,
 * repeats the work.
 */
import { contracts } from '../../../src/api/all-contracts.ts';
import { SlipwayError } from '../../../src/domain/errors.ts';
import { reconcile } from '../../../src/operations/nets/reconcile.ts';
import type { World } from './a-world.ts';
import { done, type Operation } from './operation.ts';
import type { Fault } from './postgres-proxy.ts';
import { AT_ONCE, begun, onCluster, promoted } from './routes.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const REVISION = 'a'.repeat(40);
const TWICE = [100, 2_000];

function turnRed({ cloud }: World): void {
  cloud.alarms.setAlarmState({ name: 'checkout-errors', state: 'ALARM', reason: 'set by the test' });
}

async function turnGreen(world: World): Promise<void> {
  world.cloud.alarms.setAlarmState({ name: 'checkout-errors', state: 'OK', reason: 'set by the test' });
  await world.pass(SECOND);
}

/** The alarm stays red until both deliveries and the work after them are done. */
async function alarmed(world: World): Promise<void> {
  turnRed(world);
  await world.pass(MINUTE);
  await turnGreen(world);
}

async function delivered(world: World): Promise<void> {
  await done(world, { contract: contracts.startDeployment, body: { service: 'checkout', revision: REVISION } });
  await world.pass(2 * MINUTE);
}

type Event = Omit<Operation, 'prepare'> & {
  readonly prepare?: (world: World) => Promise<unknown>;
  readonly send: (world: World) => Promise<void>;
};

function heard({ prepare, send, ...operation }: Event): Operation {
  return {
    ...operation,
    deliveriesMs: TWICE,
    async prepare(world) {
      await prepare?.(world);
      return async (fault) => {
        world.strike(operation.name, fault);
        await send(world);
      };
    },
  };
}

const events: readonly Event[] = [
  { name: 'remediateAlarm', scene: 'with a rollout at 10 %', prepare: (world) => begun(world), send: alarmed },
  {
    name: 'remediateAlarm',
    scene: 'with a promoted version that is watched',
    async prepare(world) {
      for (const version of ['42', '43']) await promoted(world, { version });
    },
    send: alarmed,
  },
  {
    name: 'remediateAlarm',
    scene: 'with a promoted version on a cluster',
    spec: onCluster,
    async prepare(world) {
      for (const image of ['good:1', 'good:2', 'good:3']) await promoted(world, { artifact: { image } });
    },
    send: alarmed,
  },
  {
    name: 'settleAbandonedRollout',
    scene: 'of an execution that somebody stopped',
    async send(world) {
      const deploymentId = await begun(world);
      world.workflows.stop({ machine: 'rollout', deploymentId });
      await world.pass(10 * SECOND);
    },
  },
  { name: 'followPipeline', scene: 'of a run that starts', spec: { strategy: AT_ONCE }, send: delivered },
  {
    name: 'quarantineRevision',
    scene: 'of a version that an alarm took back',
    spec: { strategy: AT_ONCE },
    prepare: delivered,
    send: alarmed,
  },
  {
    name: 'observeRollouts',
    scene: 'with an alarm whose event was lost',
    async prepare(world) {
      world.cloud.bus.bind('remediateAlarm', async () => {});
      await begun(world);
    },
    async send(world) {
      turnRed(world);
      await world.pass(2 * MINUTE);
      await turnGreen(world);
    },
  },
];

/** Opens a deployment that is never started, and whose notices are not published. */
async function neverStarted({ cloud, workflows, ...world }: World): Promise<void> {
  const { start } = workflows;
  const unreachable = async () => {
    throw new SlipwayError('Transient', 'Step Functions does not answer.');
  };
  Object.assign(workflows, { start: unreachable });
  const body = { service: 'checkout', version: '42' };
  await done({ ...world, cloud, workflows }, { contract: contracts.startDeployment, body });
  Object.assign(workflows, { start });
  await world.pass(MINUTE);
}

const reconciled: Operation = {
  name: 'reconcile',
  scene: 'with a deployment that was never started',
  async prepare(world) {
    await neverStarted(world);
    return async (fault: Fault | null) => {
      await world.driven(reconcile(world.struckPorts(fault)).catch(() => {}));
      await world.driven(reconcile(world.ports));
    };
  },
};

export const listeners: readonly Operation[] = [...events.map(heard), reconciled];
