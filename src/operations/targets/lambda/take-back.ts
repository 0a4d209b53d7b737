/** Rolls back an alias with one call, made by the process that asks for the rollback. */
import { type Deployment, isInFlight } from '../../../domain/deployment/deployment.ts';
import { isOnRecord, liveSplit } from '../../../domain/deployment/traffic-record.ts';
import { isSlipwayError } from '../../../domain/errors.ts';
import type { Traffic } from '../../../ports/traffic.ts';
import { continueDeployment } from '../../steps/continue-deployment.ts';
import { isHomeMissing } from '../../steps/home-missing.ts';
import { recordConcurrentMove } from '../../steps/record-concurrent-move.ts';
import { answerWait } from '../../steps/start-workflow.ts';
import { type GoingBack, goingBack, type TakeTrafficBackPorts, type Way } from '../seam/going-back.ts';

export async function takeAliasBack(
  ports: TakeTrafficBackPorts,
  { deployment, asked, isPressing }: GoingBack,
): Promise<Deployment> {
  const { deployments, traffic } = ports;
  // Without calls on the canary there is no hurry, and a first shift may be under way that takes up a new revision. The
  // shift must find the signal in the ledger, because it cannot tell this move from a change of the alias's
  // description.
  //
  // A person's request is recorded first as well. After a crash in between, the move is not taken for the work of
  // another tool or person.
  const isRecordedFirst = deployment.atPercent === 0 || !isPressing;
  if (isRecordedFirst && liveSplit(deployment) !== null && isInFlight(deployment)) {
    await deployments.record(deployment.id, (current) => goingBack(current, { moved: null, ...asked }));
  }
  const way = await moveBack(traffic, deployment);
  const { moved } = way;
  let isOutrun = false;
  let recorded = await deployments.record(deployment.id, (current) => {
    isOutrun = moved !== null && isOnRecord(current.deployment, { moved, toPercent: 0 });
    return goingBack(current, { ...way, ...asked });
  });
  if (deployment.canary === null && recorded.deployment.canary !== null && isInFlight(recorded.deployment)) {
    // The canary was published after the first read, and a shift that has not seen the signal may be under way. A move
    // of the alias, even from stable to stable, makes the revision stale that the shift would use.
    const again = await moveBack(traffic, recorded.deployment);
    recorded = await deployments.record(deployment.id, (current) => goingBack(current, { ...again, ...asked }));
  }
  if (moved !== null && isOutrun)
    await recordConcurrentMove(ports, {
      deploymentId: deployment.id,
      moved,
      by: asked.signal.by,
      because: asked.signal.because,
    });
  const isMinded = isInFlight(recorded.deployment) || way.lost !== undefined;
  // The deployment that supersedes this one ends it with its own opening.
  if (isMinded)
    await (asked.signal.kind === 'supersede'
      ? answerWait(ports, recorded.waitToken)
      : continueDeployment(ports, recorded));
  return recorded.deployment;
}

async function moveBack(traffic: Traffic, deployment: Deployment): Promise<Way> {
  const split = liveSplit(deployment);
  if (split === null) return { moved: null };
  try {
    return { moved: await traffic.takeBack(split) };
  } catch (error) {
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    // The signal leads to RollBack, which meets the same conflict, records it and pages.
    if (error.name === 'Conflict') return { moved: null };
    if (error.name !== 'NotFound') return { moved: null, failed: error.message };
    // RollBack looks for an older version that may serve instead.
    return (await isHomeMissing({ traffic }, split)) ? { moved: null } : { moved: null, lost: error.message };
  }
}
