/** Plays one operation under one fault to the end, and says what does not hold afterwards. */
import { contracts } from '../../../src/api/all-contracts.ts';
import { isInFlight } from '../../../src/domain/deployment.ts';
import { reconcile } from '../../../src/operations/reconcile.ts';
import type { Lane } from './a-lane.ts';
import { aWorld, type World } from './a-world.ts';
import { brokenInvariants, unpublished } from './ledger-invariants.ts';
import { done, type Operation } from './operation.ts';
import type { Fault } from './postgres-proxy.ts';
import { AT_ONCE } from './routes.ts';
import { deploymentsOf, unfinished, type WhatHappened, whatHappened } from './what-happened.ts';

export interface Played {
  readonly flushes: number;
  readonly hasStruck: boolean;
  readonly happened: WhatHappened | null;
  readonly complaints: readonly string[];
}

const DONE_WITHIN_MS = 10_000;
const MINUTE = 60_000;

export async function play(lane: Lane, { operation, fault }: { operation: Operation; fault: Fault | null }) {
  lane.proxy.arm(null);
  const world = await aWorld(lane, operation);
  const played = { happened: null as WhatHappened | null, complaints: [] as string[] };
  const act = await operation.prepare(world);
  try {
    await act(fault);
    const { proxy } = lane;
    Object.assign(played, { flushes: proxy.flushes(), hasStruck: proxy.hasStruck() });
    await world.pass(DONE_WITHIN_MS);
    played.complaints.push(...(await unfinished(world)), ...(await brokenInvariants(lane.healthy)));
    played.happened = await whatHappened(world);
    await deployAnother(world);
    await world.driven(reconcile(world.ports));
    await world.pass(MINUTE);
    played.complaints.push(...(await unpublished(lane.healthy)), ...(await brokenInvariants(lane.healthy)));
  } catch (error) {
    played.complaints.push(error instanceof Error ? error.message : String(error));
  } finally {
    await world.close();
  }
  return { flushes: lane.proxy.flushes(), hasStruck: lane.proxy.hasStruck(), ...played } satisfies Played;
}

/** Nobody is shut out by what an operation left behind. */
async function deployAnother(world: World): Promise<void> {
  const service = (await world.ports.services.list()).find(({ name }) => name === 'checkout');
  if (service === undefined || !hasVersions(service.spec.target)) return;
  const isOnCluster = service.spec.target.kind === 'kubernetes';
  for (const { id } of (await deploymentsOf(world)).filter(isInFlight))
    await done(world, { contract: contracts.abortDeployment, params: { id }, body: { reason: 'The test is over' } });
  await world.pass(MINUTE);
  const subject = isOnCluster ? { artifact: { image: 'good:9' } } : { version: '45' };
  const body = { service: 'checkout', strategy: AT_ONCE, ...subject };
  const id = await done(world, { contract: contracts.startDeployment, body });
  await world.pass(2 * MINUTE);
  const { deployment } = await world.ports.deployments.read(id);
  if (deployment.status !== 'promoted')
    throw new Error(`The next deployment is ${deployment.status}: ${deployment.because}`);
}

function hasVersions(target: { readonly kind: string; readonly function?: string }): boolean {
  return target.kind === 'kubernetes' || target.function === 'checkout';
}
