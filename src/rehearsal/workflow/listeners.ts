/**
 * Which operation stands behind which event listener, by its function key in serverless.yml: the rehearsal's
 * counterpart of src/functions/events. The first are called by rules, the last two by the clock.
 */
import { AlarmStateChange, alarmEventOf } from '../../operations/alarm-state-change.ts';
import { deploymentOfEvent, ExecutionEnded } from '../../operations/execution-ended.ts';
import { followPipeline } from '../../operations/follow-pipeline.ts';
import { observeRollouts } from '../../operations/observe-rollouts.ts';
import { PipelineStateChange, runEventOf } from '../../operations/pipeline-state-change.ts';
import { DeploymentChanged, quarantineRevision } from '../../operations/quarantine-revision.ts';
import { reconcile } from '../../operations/reconcile.ts';
import { remediateAlarmEvent } from '../../operations/remediate-alarm.ts';
import { settleAbandonedRollout } from '../../operations/settle-abandoned-rollout.ts';
import { type Task, task } from './tasks.ts';

export const eventListeners = {
  remediateAlarm: task(AlarmStateChange, (ports, event) => remediateAlarmEvent(ports, alarmEventOf(event))),
  settleAbandonedRollout: task(ExecutionEnded, (ports, event) =>
    settleAbandonedRollout(ports, deploymentOfEvent(event)),
  ),
  followPipeline: task(PipelineStateChange, (ports, event) => followPipeline(ports, runEventOf(event))),
  quarantineRevision: task(DeploymentChanged, quarantineRevision),
} satisfies Record<string, Task>;

/** The clock's listeners, and how often each is called. */
export const tickers = {
  observeRollouts: { everyMs: 60_000, run: (ports) => observeRollouts(ports) },
  reconcile: { everyMs: 300_000, run: (ports) => reconcile(ports) },
} satisfies Record<
  string,
  { readonly everyMs: number; readonly run: (ports: Parameters<Task>[0]) => Promise<unknown> }
>;
