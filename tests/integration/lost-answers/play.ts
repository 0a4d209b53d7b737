/** Plays one operation under one fault to the end, and returns the invariants that are broken afterwards. */
import { contracts } from '../../../src/api/all-contracts.ts';
import { isInFlight } from '../../../src/domain/deployment/deployment.ts';
import { reconcile } from '../../../src/operations/nets/reconcile.ts';
import type { Lane } from './a-lane.ts';
import { aWorld, type World } from './a-world.ts';
import { brokenInvariants, unpublished } from './ledger-invariants.ts';
import { done, type Operation } from './operation.ts';
import type { Fault } from './postgres-proxy.ts';
import { deploymentsOf, unfinished, type WhatHappened, whatHappened } from './what-happened.ts';

export interface Played {
  readonly flushes: number;
  /** The numbers of the lasting flushes; see `lasting` of the proxy. */
  readonly lasting: ReadonlySet<number>;
  readonly hasStruck: boolean;
  readonly happened: WhatHappened | null;
  readonly complaints: readonly string[];
}

const DONE_WITHIN_MS = 10_000;
const MINUTE = 60_000;

export async function play(
  lane: Lane,
  { operation, fault }: { readonly operation: Operation; readonly fault: Fault | null },
): Promise<Played> {
  const { proxy, healthy } = lane;
  proxy.arm(null);
  const world = await aWorld(lane, operation);
  const complaints: string[] = [];
  let happened: WhatHappened | null = null;
  try {
    const act = await operation.prepare(world);
    await act(fault);
    await world.pass(operation.doneWithinMs ?? DONE_WITHIN_MS);
    complaints.push(...(await unfinished(world)), ...(await brokenInvariants(healthy)));
    happened = await whatHappened(world);
    await openAnother(world);
    await world.driven(reconcile(world.ports));
    complaints.push(...(await unpublished(healthy)), ...(await brokenInvariants(healthy)));
  } catch (error) {
    complaints.push(error instanceof Error ? error.message : String(error));
  } finally {
    await world.close();
  }
  const { flushes, hasStruck, lasting } = proxy;
  return { flushes: flushes(), hasStruck: hasStruck(), lasting: new Set(lasting()), happened, complaints };
}

/** Opens another deployment: the locks of the operation must not block later callers. */
async function openAnother(world: World): Promise<void> {
  const service = (await world.ports.services.list()).find(({ name }) => name === 'checkout');
  if (service === undefined || !hasVersions(service.spec.target)) return;
  const isOnCluster = service.spec.target.kind === 'kubernetes';
  const inFlight = (await deploymentsOf(world)).filter(isInFlight);
  for (const { id } of inFlight)
    await done(world, { contract: contracts.abortDeployment, params: { id }, body: { reason: 'The test is over' } });
  if (inFlight.length > 0) await world.pass(isOnCluster ? MINUTE : DONE_WITHIN_MS);
  const subject = isOnCluster ? { artifact: { image: 'good:9' } } : { version: '45' };
  await done(world, { contract: contracts.startDeployment, body: { service: 'checkout', ...subject } });
}

function hasVersions(target: { readonly kind: string; readonly function?: string }): boolean {
  return target.kind === 'kubernetes' || target.function === 'checkout';
}
