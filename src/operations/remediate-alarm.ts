/**
 * An alarm turned red: with one read of the ledger and one call to the target, the traffic is back on the version before.
 * Everything else (the record, the signal, the token, the notices) comes after. Safe to repeat with the same event.
 */
import type { Deployment } from '../domain/deployment.ts';
import { isInFlight, isWatched } from '../domain/deployment.ts';
import { isSlipwayError } from '../domain/errors.ts';
import { timeToWeightZero } from '../domain/measurement.ts';
import { type AlarmEvent, decideRemediation } from '../domain/remediation.ts';
import type { Measures } from '../ports.ts';
import { measuredTraffic } from './measured-traffic.ts';
import { type TakeTrafficBackPorts, takeTrafficBack } from './take-traffic-back.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

export type RemediateAlarmPorts = TakeTrafficBackPorts & UndoPromotionPorts & { readonly measures: Measures };

/** What was done, for each service that names the alarm. */
export interface Remediated {
  readonly service: string;
  readonly deploymentId: string;
  readonly did: 'takeBack' | 'undo' | 'nothing';
  readonly because: string;
}

export async function remediateAlarm(ports: RemediateAlarmPorts, event: AlarmEvent): Promise<readonly Remediated[]> {
  const latest = await ports.deployments.findByAlarm(event.alarm);
  return Promise.all(latest.map(({ deployment }) => remediateService(ports, { event, latest: deployment })));
}

export interface Alarmed {
  readonly event: AlarmEvent;
  readonly latest: Deployment;
}

/**
 * Also called by `observeRollouts`, the slow net, with an event of its own making; `alarmedAt` is then when the alarm did
 * turn red. What it took is measured last, and also when the record of it failed.
 */
export async function remediateService(
  ports: RemediateAlarmPorts,
  { alarmedAt, ...alarmed }: Alarmed & { readonly alarmedAt?: number },
): Promise<Remediated> {
  const { deployments, workflows, ids, clock, measures } = ports;
  const { latest, event } = alarmed;
  const { traffic, backAt } = measuredTraffic(ports, latest);
  try {
    return await remediate({ deployments, workflows, ids, clock, measures, traffic }, alarmed);
  } finally {
    const at = backAt();
    if (at !== null)
      measures.record([timeToWeightZero({ service: latest.service, alarmedAt: alarmedAt ?? event.at, backAt: at })]);
  }
}

async function remediate(ports: RemediateAlarmPorts, { event, latest }: Alarmed): Promise<Remediated> {
  const decision = decideRemediation(event, { latest, now: ports.clock.now() });
  const { service, id: deploymentId } = latest;
  switch (decision.do) {
    case 'nothing':
      return { service, deploymentId, did: 'nothing', because: decision.because };
    case 'takeBack': {
      const deployment = await takeTrafficBack(ports, {
        deployment: latest,
        kind: 'rollBack',
        because: decision.because,
        by: `alarm ${event.alarm}`,
      });
      // It was promoted while we took its traffic back: what is left to do is to undo the promotion in the ledger.
      if (!isInFlight(deployment) && isWatched(deployment, ports.clock.now()))
        return undo(ports, { event, deployment, because: decision.because });
      return { service, deploymentId, did: 'takeBack', because: decision.because };
    }
    case 'undo':
      return undo(ports, { event, deployment: latest, because: decision.because });
  }
}

async function undo(
  ports: RemediateAlarmPorts,
  {
    event,
    deployment,
    because,
  }: { readonly event: AlarmEvent; readonly deployment: Deployment; readonly because: string },
): Promise<Remediated> {
  const { service, id: deploymentId } = deployment;
  try {
    await undoPromotion(ports, { deployment, because, by: `alarm ${event.alarm}`, once: event.id });
    return { service, deploymentId, did: 'undo', because };
  } catch (error) {
    // The same event a second time, a rollback that somebody else opened first, or a target that somebody else moved:
    // it is on record what became of it.
    if (isSlipwayError(error, 'Conflict')) return { service, deploymentId, did: 'nothing', because: error.message };
    throw error;
  }
}
