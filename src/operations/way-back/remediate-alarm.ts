/**
 * Acts on a red alarm. One read of the ledger and one call to the target put the traffic back on the version before.
 * The record, the signal, the token and the notices come after that. It is safe to repeat with the same event.
 */
import { type Deployment, isInFlight, isWatched } from '../../domain/deployment/deployment.ts';
import { timeToWeightZero } from '../../domain/deployment/measurement.ts';
import { isRetreat } from '../../domain/deployment/signal.ts';
import { historiesOf, type TargetHistory, type Traced } from '../../domain/deployment/target-history.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { type AlarmEvent, decideRemediation, type Remediation } from '../../domain/remediation/remediation.ts';
import type { Measures } from '../../ports/measures.ts';
import type { Patience } from '../../ports/patience.ts';
import { pageOnce } from '../steps/page-once.ts';
import { startWorkflow } from '../steps/start-workflow.ts';
import type { TakeTrafficBackPorts } from '../targets/seam/going-back.ts';
import { measuredTraffic } from './measured-traffic.ts';
import { takeBackUnrecorded } from './take-back-unrecorded.ts';
import { takeTrafficBack } from './take-traffic-back.ts';
import { type UndoPromotionPorts, undoPromotion } from './undo-promotion.ts';

/**
 * In milliseconds. When the ledger has not answered by then, the rollback comes first where AWS's own data is enough to
 * decide.
 */
const LEDGER_PATIENCE_MS = 2_000;
/** An event is repeated for some minutes. An alarm that turned red earlier may be about another version. */
const UNRECORDED_WITHIN_MS = 5 * 60_000;

export type RemediateAlarmPorts = TakeTrafficBackPorts & UndoPromotionPorts & { readonly measures: Measures };

/** What was done, for each target of a service that names the alarm. */
export interface Remediated {
  readonly service: string;
  readonly deploymentId: string;
  readonly did: 'takeBack' | 'undo' | 'nothing';
  readonly because: string;
}

/**
 * Handles an alarm's own event. Without the ledger it is unknown which deployment the alarm belongs to; then it rolls
 * back where the alias alone is enough to decide. It still throws Transient, so that the event comes again and is
 * recorded once the ledger is back.
 */
export async function remediateAlarmEvent(
  ports: RemediateAlarmPorts & { readonly patience: Patience },
  event: AlarmEvent,
): Promise<readonly Remediated[]> {
  const asked = ports.deployments.findByAlarm({ alarm: event.alarm, now: ports.clock.now() });
  const isThere = await ports.patience.within(LEDGER_PATIENCE_MS, asked);
  const isFresh = ports.clock.now() - event.at < UNRECORDED_WITHIN_MS;
  if (!isThere && event.state === 'ALARM' && isFresh) await takeBackUnrecorded(ports, event);
  return remediateTraces(ports, { event, traces: await asked });
}

/**
 * `observeRollouts` also calls this, with an event that it makes for an alarm that it finds red. Each target is handled
 * by itself, and all are tried. Then a failure that may pass is thrown, so that the event comes again. Any other
 * failure pages once.
 */
export async function remediateAlarm(ports: RemediateAlarmPorts, event: AlarmEvent): Promise<readonly Remediated[]> {
  const traces = await ports.deployments.findByAlarm({ alarm: event.alarm, now: ports.clock.now() });
  return remediateTraces(ports, { event, traces });
}

async function remediateTraces(
  ports: RemediateAlarmPorts,
  { event, traces }: { readonly event: AlarmEvent; readonly traces: readonly Traced[] },
): Promise<readonly Remediated[]> {
  const outcomes = await Promise.allSettled(
    historiesOf(traces).map((history) => remediateTarget(ports, { event, history })),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

async function remediateTarget(
  ports: RemediateAlarmPorts,
  { event, history }: { readonly event: AlarmEvent; readonly history: TargetHistory },
): Promise<Remediated> {
  const decision = decideRemediation(event, { history, now: ports.clock.now() });
  if (decision.do !== 'nothing') return act(ports, { event, decision });
  if (event.state === 'ALARM') await finishWayBack(ports, history);
  const newest = history.inFlight ?? history.ended[0];
  const { service = '', id: deploymentId = '' } = newest?.deployment ?? {};
  return { service, deploymentId, did: 'nothing', because: decision.because };
}

/**
 * The process that began a rollback may have stopped half-way. An alarm that comes again makes sure that the machine of
 * that rollback runs.
 */
async function finishWayBack(ports: RemediateAlarmPorts, { inFlight }: TargetHistory): Promise<void> {
  if (inFlight === null) return;
  const { deployment } = inFlight;
  const { kind, signal } = deployment;
  if (kind === 'rollback') return startWorkflow(ports, deployment);
  if (isRetreat(signal)) await takeTrafficBack(ports, { ...signal, deployment });
}

type Act = Exclude<Remediation, { do: 'nothing' }>;
interface ToDo<Decision> {
  readonly event: AlarmEvent;
  readonly decision: Decision;
}

/** The time until the calls were back is measured last, even when the record of it failed. */
async function act(all: RemediateAlarmPorts, { event, decision }: ToDo<Act>): Promise<Remediated> {
  const { deployments, workflows, ids, clock, measures } = all;
  const { service, id: deploymentId } = decision.deployment;
  const { traffic, clusters, backAt } = measuredTraffic(all, decision.deployment);
  const ports = { deployments, workflows, ids, clock, measures, traffic, clusters };
  try {
    return await (decision.do === 'undo' ? undo(ports, { event, decision }) : takeBack(ports, { event, decision }));
  } catch (error) {
    if (!isSlipwayError(error) || error.name === 'Transient') throw error;
    // The ledger already has the result. The same event came twice, another caller opened the rollback first, the
    // target is gone, or another tool or person moved its calls.
    if (error.name !== 'Conflict' && error.name !== 'NotFound')
      await pageOnce(ports, { deploymentId, because: error.message });
    return { service, deploymentId, did: 'nothing', because: error.message };
  } finally {
    const at = backAt();
    if (at !== null) measures.record([timeToWeightZero({ service, alarmedAt: event.at, backAt: at })]);
  }
}

type InFlight = Pick<Extract<Act, { do: 'takeBack' }>, 'deployment' | 'because' | 'isBlameless'>;

async function takeBack(ports: RemediateAlarmPorts, { event, decision }: ToDo<InFlight>): Promise<Remediated> {
  const { deployment, because, isBlameless = false } = decision;
  const kind = isBlameless ? 'abort' : 'rollBack';
  const taken = await takeTrafficBack(ports, { deployment, kind, because, by: `alarm ${event.alarm}` });
  return takenBack(ports, { event, decision: { deployment: taken, because } });
}

/**
 * The deployment was promoted while its traffic was rolled back. Only the undo of the promotion remains to be recorded
 * in the ledger.
 */
async function takenBack(ports: RemediateAlarmPorts, { event, decision }: ToDo<InFlight>): Promise<Remediated> {
  const { deployment, because } = decision;
  if (!isInFlight(deployment) && isWatched(deployment, ports.clock.now()))
    return undo(ports, { event, decision: { deployment, because, superseding: null } });
  return { service: deployment.service, deploymentId: deployment.id, did: 'takeBack', because };
}

async function undo(
  ports: RemediateAlarmPorts,
  { event, decision }: ToDo<InFlight & { readonly superseding: Deployment | null }>,
): Promise<Remediated> {
  const { deployment, because, superseding } = decision;
  const { service, id: deploymentId } = deployment;
  // An alarm of several services undoes one promotion of each service.
  const once = `${event.id} ${deploymentId}`;
  const by = `alarm ${event.alarm}`;
  const opened = await undoPromotion(ports, { deployment, because, by, once, superseding });
  // The rollout to be superseded turned out to have calls, and was rolled back instead.
  if (opened.id === superseding?.id) return takenBack(ports, { event, decision: { deployment: opened, because } });
  return { service, deploymentId, did: 'undo', because };
}
