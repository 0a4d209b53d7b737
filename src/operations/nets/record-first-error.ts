/**
 * Puts the first error of a version into the timeline of the deployment that tries it or put it live: once, and only while that
 * is in flight or watched. Called where errors can be seen one by one, which is the rehearsal.
 */
import { type Deployment, isInFlight, isWatched } from '../../domain/deployment/deployment.ts';
import type { Target } from '../../domain/service/service-spec.ts';
import { targetKey } from '../../domain/service/target.ts';
import type { Deployments } from '../../ports/deployments.ts';
import { type PublishOutboxPorts, publishOutbox } from '../steps/publish-outbox.ts';

export interface RecordFirstErrorPorts extends PublishOutboxPorts {
  readonly deployments: Deployments;
}

export interface RecordFirstErrorInput {
  readonly target: Target;
  readonly version: string;
  /** In one paragraph. */
  readonly because: string;
}

export async function recordFirstError(
  ports: RecordFirstErrorPorts,
  { target, version, because }: RecordFirstErrorInput,
): Promise<void> {
  const { deployments, clock } = ports;
  const [latest] = await deployments.history({ target: targetKey(target), limit: 1 });
  if (latest === undefined || !isAbout(latest.deployment, { version, now: clock.now() })) return;
  const { id } = latest.deployment;
  if ((await deployments.timeline(id)).some(({ kind }) => kind === 'FirstErrorSeen')) return;
  await deployments.record(id, ({ deployment }) =>
    isAbout(deployment, { version, now: clock.now() })
      ? { deployment, entries: [{ kind: 'FirstErrorSeen', by: 'slipway', because, data: { version } }] }
      : null,
  );
  await publishOutbox(ports, { deploymentId: id });
}

interface Moment {
  readonly version: string;
  readonly now: number;
}

function isAbout(deployment: Deployment, { version, now }: Moment): boolean {
  return deployment.canary === version && (isInFlight(deployment) || isWatched(deployment, now));
}
