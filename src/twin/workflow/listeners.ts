/**
 * Which operation each event listener runs, by its function key in serverless.yml: the rehearsal's counterpart of
 * src/functions/events. Rules call the first listeners; the clock calls the last two.
 */
import { AlarmStateChange, alarmEventOf } from '../../functions/events/messages/alarm-state-change.ts';
import { deploymentOfEvent, ExecutionEnded } from '../../functions/events/messages/execution-ended.ts';
import { PipelineStateChange, runEventOf } from '../../functions/events/messages/pipeline-state-change.ts';
import { observeRollouts } from '../../operations/nets/observe-rollouts.ts';
import { reconcile } from '../../operations/nets/reconcile.ts';
import { settleAbandonedRollout } from '../../operations/nets/settle-abandoned-rollout.ts';
import { followPipeline } from '../../operations/pipeline/follow-pipeline.ts';
import { DeploymentChanged, quarantineRevision } from '../../operations/pipeline/quarantine-revision.ts';
import { remediateAlarmEvent } from '../../operations/way-back/remediate-alarm.ts';
import { type Task, task } from './tasks.ts';

export const eventListeners = {
  remediateAlarm: task(AlarmStateChange, (ports, event) => remediateAlarmEvent(ports, alarmEventOf(event))),
  settleAbandonedRollout: task(ExecutionEnded, (ports, event) =>
    settleAbandonedRollout(ports, deploymentOfEvent(event)),
  ),
  followPipeline: task(PipelineStateChange, (ports, event) => followPipeline(ports, runEventOf(event))),
  quarantineRevision: task(DeploymentChanged, quarantineRevision),
} satisfies Record<string, Task>;

/** The listeners that the clock calls, and how often. */
export const tickers = {
  observeRollouts: { everyMs: 60_000, run: (ports) => observeRollouts(ports) },
  reconcile: { everyMs: 300_000, run: (ports) => reconcile(ports) },
} satisfies Record<
  string,
  { readonly everyMs: number; readonly run: (ports: Parameters<Task>[0]) => Promise<unknown> }
>;
