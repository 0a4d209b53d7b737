/** The plan of a rollout on an alias: it begins from the version that preflight saw, and from one version alone. */
import type { Deployment } from '../../../domain/deployment/deployment.ts';
import { SlipwayError } from '../../../domain/errors.ts';
import { isUnpublished, unpublishedInWords } from '../../../domain/preflight/preflight-target.ts';
import type { LambdaTarget } from '../../../domain/service/service-spec.ts';
import { stepsInWords } from '../../../domain/service/strategy.ts';
import { targetName } from '../../../domain/service/target.ts';
import type { Change } from '../../../ports/deployments.ts';
import type { Live } from '../../../ports/traffic.ts';
import { publishOutbox } from '../../steps/publish-outbox.ts';
import { type TaskResult, taskResult } from '../../steps/task-input.ts';
import { inTurn } from '../../steps/wait-out.ts';
import type { PlanPorts } from '../seam/plan-ports.ts';

/** GetAlias and GetProvisionedConcurrencyConfig. */
const CALLS = 2;

export function planOnAlias(ports: PlanPorts, planned: PlannedAlias): Promise<TaskResult> {
  const { deployment } = planned;
  const act = () => plan(ports, planned);
  return inTurn(ports, { deployment, step: 'plan', backTo: 'plan', calls: CALLS, act });
}

interface PlannedAlias {
  readonly deployment: Deployment;
  readonly target: LambdaTarget;
}

async function plan(ports: PlanPorts, { deployment, target }: PlannedAlias): Promise<TaskResult> {
  const { deployments, traffic, clock } = ports;
  const { id: deploymentId } = deployment;
  const live = await traffic.read(target);
  requireSameGround(deployment, { target, live });
  const recorded = await deployments.record(deploymentId, ({ deployment: current }) =>
    planFor(current, { live, now: clock.now() }),
  );
  await publishOutbox(ports, { deploymentId });
  return taskResult(recorded.deployment, clock.now());
}

/** Throws Conflict unless the alias has one published version, and that version is the one that preflight saw. */
function requireSameGround(
  { stable }: Deployment,
  { target, live }: { readonly target: LambdaTarget; readonly live: Live },
): void {
  if (isUnpublished(live)) throw new SlipwayError('Conflict', unpublishedInWords(target));
  const name = targetName(target);
  if (live.canaryPercent > 0) {
    const fact = `Since preflight, somebody put ${live.canaryPercent} % of ${name} on version ${live.canary}.`;
    throw new SlipwayError('Conflict', `${fact} Put it on one version, then deploy again.`);
  }
  if (live.stable === stable) return;
  throw new SlipwayError(
    'Conflict',
    `${name} was moved to version ${live.stable} since preflight. Deploy again from there.`,
  );
}

/**
 * Returns null when the deployment was superseded or rolled back since it was read: an ended deployment stays ended.
 */
function planFor(current: Deployment, { live, now }: { readonly live: Live; readonly now: number }): Change | null {
  if (current.status !== 'opened') return null;
  const because = `From version ${live.stable} ${stepsInWords(current.steps)}.`;
  const data = { stable: live.stable, steps: current.steps };
  return {
    deployment: {
      ...current,
      status: 'rollingOut',
      liveRevision: live.revision,
      progress: { ...current.progress, stepStartedAt: now },
    },
    entries: [{ kind: 'RolloutPlanned', by: 'slipway', because, data }],
  };
}
