/** Explains why a deployment went as it did: each verdict, each rollback, and the periods and alarms behind them. */
import { type AlarmNow, alarmsNow, alarmsUnknown } from '../../domain/alarms/alarm-now.ts';
import { type Deployment, isInFlight, isWatched } from '../../domain/deployment/deployment.ts';
import type { Explanation } from '../../domain/deployment/explanation.ts';
import type { EntryKind } from '../../domain/deployment/timeline.ts';
import { isDenied, isSlipwayError } from '../../domain/errors.ts';
import { replay } from '../../domain/verdict/replay.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { evidenceFrom } from '../steps/look-at-metrics.ts';
import { readAlarms } from '../steps/read-alarms.ts';

const VERDICTS_AND_ENDS: readonly EntryKind[] = [
  'VerdictReached',
  'DeploymentPromoted',
  'DeploymentRolledBack',
  'DeploymentSuperseded',
  'DeploymentFailed',
  'DeploymentUnchanged',
];
const TURNING_POINTS: readonly EntryKind[] = [
  'FirstErrorSeen',
  'SignalReceived',
  'HookFailed',
  'TaskFailed',
  'ExecutionAbandoned',
  'TrafficTakenBack',
  'TrafficMovedByOthers',
  'AlarmsMissing',
  'RollBackFailed',
];

/** Six hours with periods of 60 s, one with periods of 10 s: with more, an answer of the API would become too long. */
const PERIODS_SHOWN = 360;

export interface ExplainDeploymentPorts {
  readonly deployments: Deployments;
  readonly verdicts: Verdicts;
  readonly alarms: Alarms;
  readonly clock: Clock;
}

export async function explainDeployment(
  ports: ExplainDeploymentPorts,
  { id }: { readonly id: string },
): Promise<Explanation> {
  const reading = ports.deployments.read(id);
  const [{ deployment }, timeline, periods, alarms] = await Promise.all([
    reading,
    ports.deployments.timeline(id),
    ports.verdicts.list(id),
    reading.then(({ deployment }) => readAlarmsNow(ports, deployment)),
  ]);
  const { spec, baseline } = deployment;
  const since = evidenceFrom(deployment);
  const judged = periods.filter(({ startsAt }) => startsAt >= since);
  return {
    deployment,
    verdicts: timeline.filter(({ kind }) => VERDICTS_AND_ENDS.includes(kind)),
    turningPoints: timeline.filter(({ kind }) => TURNING_POINTS.includes(kind)),
    alarms,
    periods,
    // Evidence is deleted after a time (forget-old-rows.ts). A replay without evidence would contradict the verdict in
    // the timeline.
    replay:
      spec.judge.kind === 'sequential' && !(periods.length === 0 && deployment.settledAt !== null)
        ? replay(spec.judge, { rows: judged, baseline, last: PERIODS_SHOWN })
        : null,
  };
}

/** The stored evidence is worth an answer without the alarms, so CloudWatch may fail here. */
async function readAlarmsNow(
  { alarms, clock }: Pick<ExplainDeploymentPorts, 'alarms' | 'clock'>,
  deployment: Deployment,
): Promise<readonly AlarmNow[]> {
  if (!isInFlight(deployment) && !isWatched(deployment, clock.now())) return [];
  try {
    return alarmsNow(deployment, (await readAlarms(alarms, deployment.spec.alarms)).alarms);
  } catch (error) {
    if (!isSlipwayError(error, 'Transient') && !isDenied(error)) throw error;
    return alarmsUnknown(deployment, error.message);
  }
}
