/** Short helpers for deployments of the team's function: start one, wait for its progress, read its end. */
import type { DeploymentView } from '../../src/api/views/views.ts';
import { ENDED } from '../../src/domain/deployment/deployment.ts';
import type { EntryKind } from '../../src/domain/deployment/timeline.ts';
import { eventually } from '../cluster/eventually.ts';
import type { Stage } from './a-stage.ts';
import { SERVICE } from './a-stage.ts';

type Request = Parameters<Stage['slipway']['client']['startDeployment']>[0];
/** The steps of a strategy, as the API takes them. */
export type Plan = Exclude<Request['strategy'], string | undefined>;

/** So long that during a run only a signal ends it. */
export const HELD: Plan = [{ setWeight: 20 }, { bake: { minutes: 30 } }];

export interface Wanted {
  /** The answer of the new version. */
  readonly says: string;
  readonly strategy?: Plan;
  readonly more?: Partial<Request>;
}

export async function deploy(
  { slipway: { client }, checkout }: Stage,
  { says, strategy, more = {} }: Wanted,
): Promise<DeploymentView> {
  await checkout.quieten();
  const artifact = await checkout.upload(says);
  const asked = strategy === undefined ? {} : { strategy };
  const answer = await client.startDeployment({ service: SERVICE, artifact, ...asked, ...more });
  if (!('atPercent' in answer))
    throw new Error('A deployment was asked for, and the answer is that to another request.');
  return answer;
}

/** Starts a deployment and waits until it bakes at the first weight of its plan. */
export async function deployAndHold(stage: Stage, { says, strategy = HELD, more = {} }: Wanted): Promise<string> {
  const { id } = await deploy(stage, { says, strategy, more });
  await untilEntry(stage, { id, kind: 'BakeStarted' });
  return id;
}

export function untilEnded({ slipway: { client } }: Stage, id: string) {
  return eventually(async () => {
    const deployment = await client.readDeployment({ id });
    if (!(ENDED as readonly string[]).includes(deployment.status)) {
      throw new Error(`${id} is still ${deployment.status}: ${inWords(deployment)}`);
    }
    return deployment;
  });
}

/** Waits for an entry of the timeline; with `times`, for that many entries of its kind. */
export function untilEntry(
  { slipway: { client } }: Stage,
  { id, kind, times = 1 }: { id: string; kind: EntryKind; times?: number },
) {
  return eventually(async () => {
    const deployment = await client.readDeployment({ id });
    const found = deployment.timeline.filter((entry) => entry.kind === kind).length;
    if (found < times) throw new Error(`${id} has ${found} ${kind} so far: ${inWords(deployment)}`);
    return deployment;
  });
}

/** Waits until the newest deployment of the service meets the condition. */
export function untilNewest({ slipway: { client } }: Stage, is: (deployment: DeploymentView) => boolean) {
  return eventually(async () => {
    const [newest] = (await client.listDeployments({ service: SERVICE, limit: 1 })).items;
    if (newest === undefined || !is(newest)) throw new Error(`The newest is ${newest?.id}, a ${newest?.kind}.`);
    return newest;
  });
}

function inWords({ timeline }: { timeline: readonly { kind: string; because: string }[] }): string {
  return timeline.map(({ kind, because }) => `${kind} (${because})`).join(', ');
}
