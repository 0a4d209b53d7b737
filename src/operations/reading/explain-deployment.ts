/** Explains why a deployment went as it did: each verdict, each rollback, and the periods behind them. */
import type { Explanation } from '../../domain/deployment/explanation.ts';
import type { EntryKind } from '../../domain/deployment/timeline.ts';
import { replay } from '../../domain/verdict/replay.ts';
import type { Deployments } from '../../ports/deployments.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import { evidenceFrom } from '../steps/look-at-metrics.ts';

const TURNING_POINTS: readonly EntryKind[] = [
  'FirstErrorSeen',
  'VerdictReached',
  'SignalReceived',
  'HookFailed',
  'TaskFailed',
  'ExecutionAbandoned',
  'TrafficTakenBack',
  'TrafficMovedByOthers',
  'AlarmsMissing',
  'RollBackFailed',
  'DeploymentPromoted',
  'DeploymentRolledBack',
  'DeploymentSuperseded',
  'DeploymentFailed',
  'DeploymentUnchanged',
];

/** Six hours with periods of 60 s, one with periods of 10 s: with more, an answer of the API would become too long. */
const PERIODS_SHOWN = 360;

export async function explainDeployment(
  { deployments, verdicts }: { readonly deployments: Deployments; readonly verdicts: Verdicts },
  { id }: { readonly id: string },
): Promise<Explanation> {
  const [{ deployment }, timeline, periods] = await Promise.all([
    deployments.read(id),
    deployments.timeline(id),
    verdicts.list(id),
  ]);
  const { spec, baseline } = deployment;
  const since = evidenceFrom(deployment);
  const judged = periods.filter(({ startsAt }) => startsAt >= since);
  return {
    deployment,
    verdicts: timeline.filter(({ kind }) => TURNING_POINTS.includes(kind)),
    periods,
    // Evidence is deleted after a time (forget-old-rows.ts). A replay without evidence would contradict the verdict in
    // the timeline.
    replay:
      spec.judge.kind === 'sequential' && !(periods.length === 0 && deployment.settledAt !== null)
        ? replay(spec.judge, { rows: judged, baseline, last: PERIODS_SHOWN })
        : null,
  };
}
