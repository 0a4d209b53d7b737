/**
 * Which operation each function key runs: the rehearsal's counterpart of src/functions/workflow and
 * src/functions/events. The input is parsed here by the schemas that the Lambda functions use.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../../domain/errors.ts';
import { JudgeCanaryInput, judgeCanary } from '../../operations/judging/judge-canary.ts';
import { OpenDeliveryInput, openDelivery } from '../../operations/pipeline/open-delivery.ts';
import { ReadDeliveryInput, readDelivery } from '../../operations/pipeline/read-delivery.ts';
import { ReadWatchInput, readWatch } from '../../operations/pipeline/read-watch.ts';
import { AfterTrafficInput, afterTraffic } from '../../operations/rollout/after-traffic.ts';
import { BeforeTrafficInput, beforeTraffic } from '../../operations/rollout/before-traffic.ts';
import { PlanRolloutInput, planRollout } from '../../operations/rollout/plan-rollout.ts';
import { PromoteInput, promote } from '../../operations/rollout/promote.ts';
import { PublishVersionInput, publishVersion } from '../../operations/rollout/publish-version.ts';
import { RecordClusterTaskInput, recordClusterTask } from '../../operations/rollout/record-cluster-task.ts';
import { RegisterWaitInput, registerWait } from '../../operations/rollout/register-wait.ts';
import { SettleDeploymentInput, settleDeployment } from '../../operations/rollout/settle-deployment.ts';
import { ShiftTrafficInput, shiftTraffic } from '../../operations/rollout/shift-traffic.ts';
import { PageOnCallInput, pageOnCall } from '../../operations/way-back/page-on-call.ts';
import { RollBackInput, rollBack } from '../../operations/way-back/roll-back.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { ListedDeployments } from '../../ports/deployments.ts';
import type { Hooks } from '../../ports/hooks.ts';
import type { Idempotency } from '../../ports/idempotency.ts';
import type { Ids } from '../../ports/ids.ts';
import type { Measures } from '../../ports/measures.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Patience } from '../../ports/patience.ts';
import type { Pause } from '../../ports/pause.ts';
import type { PipelineRuns } from '../../ports/pipeline-runs.ts';
import type { Pipelines } from '../../ports/pipelines.ts';
import type { Publisher } from '../../ports/publisher.ts';
import type { Services } from '../../ports/services.ts';
import type { Traffic } from '../../ports/traffic.ts';
import type { Turns } from '../../ports/turns.ts';
import type { Verdicts } from '../../ports/verdicts.ts';
import type { Versions } from '../../ports/versions.ts';
import type { Workflows } from '../../ports/workflows.ts';

/** Every port that an operation of the rehearsal may need. */
export interface Ports {
  readonly deployments: ListedDeployments;
  readonly pipelineRuns: PipelineRuns;
  readonly pipelines: Pipelines;
  readonly deliveries: Deliveries;
  readonly services: Services;
  readonly outbox: Outbox;
  readonly verdicts: Verdicts;
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly owners: Owners;
  readonly callers: Callers;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly hooks: Hooks;
  readonly publisher: Publisher;
  readonly measures: Measures;
  readonly cluster: Cluster;
  readonly clusters: Clusters;
  readonly pause: Pause;
  readonly patience: Patience;
  readonly turns: Turns;
  readonly idempotency: Idempotency;
  readonly workflows: Workflows;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Runs the operation of a function with the payload that the function would get. */
export type Task = (ports: Ports, payload: unknown) => Promise<unknown>;

export const workflowTasks = {
  planRollout: task(PlanRolloutInput, planRollout),
  publishVersion: task(PublishVersionInput, publishVersion),
  beforeTraffic: task(BeforeTrafficInput, beforeTraffic),
  shiftTraffic: task(ShiftTrafficInput, shiftTraffic),
  registerWait: task(RegisterWaitInput, registerWait),
  judgeCanary: task(JudgeCanaryInput, judgeCanary),
  promote: task(PromoteInput, promote),
  afterTraffic: task(AfterTrafficInput, afterTraffic),
  recordClusterTask: task(RecordClusterTaskInput, recordClusterTask),
  rollBack: task(RollBackInput, rollBack),
  settleDeployment: task(SettleDeploymentInput, settleDeployment),
  pageOnCall: task(PageOnCallInput, pageOnCall),
  openDelivery: task(OpenDeliveryInput, openDelivery),
  readDelivery: task(ReadDeliveryInput, readDelivery),
  readWatch: task(ReadWatchInput, readWatch),
} satisfies Record<string, Task>;
export type WorkflowTaskKey = keyof typeof workflowTasks;

export function isWorkflowTask(key: string): key is WorkflowTaskKey {
  return Object.hasOwn(workflowTasks, key);
}

export function task<S extends z.core.$ZodType>(
  schema: S,
  operation: (ports: Ports, input: z.output<S>) => Promise<unknown>,
): Task {
  return async (ports, payload) => {
    const parsed = z.safeParse(schema, payload);
    if (!parsed.success) {
      throw new SlipwayError(
        'InvalidRequest',
        `The payload is not what the task takes: ${z.prettifyError(parsed.error)}`,
      );
    }
    return operation(ports, parsed.data);
  };
}
