/**
 * Records the first error of a version in the timeline of the deployment that tries the version or made it live. It
 * does so once, and only while the deployment is in flight or watched. The rehearsal calls it, because only there are
 * single errors visible.
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
  /** One paragraph of text. */
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
