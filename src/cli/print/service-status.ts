/** What the deployments of a service say about it now. */
import type { DeploymentView } from '../../api/views/views.ts';
import { ENDED } from '../../domain/deployment/deployment.ts';

export interface ServiceStatus {
  readonly service: string;
  /** The version that is live by Slipway's records; null when they do not say. */
  readonly live: string | null;
  /** ISO 8601; null when the version was live before the deployments that were read. */
  readonly liveSince: string | null;
  readonly inFlight: DeploymentView | null;
  readonly latest: DeploymentView | null;
}

/** `deployments` are those of the service, newest first. */
export function serviceStatus(service: string, deployments: readonly DeploymentView[]): ServiceStatus {
  const inFlight = deployments.find((one) => !isEnded(one)) ?? null;
  const live = liveVersion(deployments);
  return {
    service,
    live,
    liveSince: live === null ? null : sinceWhen(live, deployments),
    inFlight,
    latest: deployments[0] ?? null,
  };
}

function isEnded({ status }: DeploymentView): boolean {
  return (ENDED as readonly string[]).includes(status);
}

/**
 * A deployment that failed before any call moved left what was live before. After any other failure that is not known:
 * another tool or person controls the traffic.
 */
function liveVersion(deployments: readonly DeploymentView[]): string | null {
  for (const one of deployments) {
    if (!isEnded(one)) {
      if (one.stable != null) return one.stable;
    } else if (one.status === 'failed' && one.movedNothing !== true) return null;
    else if (one.status === 'promoted') return one.canary;
    else if (one.status === 'rolledBack' && one.stable != null) return one.stable;
  }
  return null;
}

function sinceWhen(version: string, deployments: readonly DeploymentView[]): string | null {
  const ended = deployments.filter(isEnded);
  const promotion = ended.findIndex(
    ({ status, kind, canary }) => status === 'promoted' && kind === 'rollout' && canary === version,
  );
  const rollback = ended.findIndex(
    ({ status, kind, stable }) => status === 'rolledBack' && kind === 'rollback' && stable === version,
  );
  const found = [promotion, rollback].filter((index) => index >= 0);
  return found.length === 0 ? null : (ended[Math.min(...found)]?.settledAt ?? null);
}
