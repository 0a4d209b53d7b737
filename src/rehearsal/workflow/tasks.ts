/**
 * Which operation stands behind which function key: the rehearsal's counterpart of src/functions/workflow and
 * src/functions/events. Input is parsed at this edge by the schemas that the Lambda functions use.
 */
import * as z from 'zod/mini';
import { SlipwayError } from '../../domain/errors.ts';
import { AfterTrafficInput, afterTraffic } from '../../operations/after-traffic.ts';
import { BeforeTrafficInput, beforeTraffic } from '../../operations/before-traffic.ts';
import { JudgeCanaryInput, judgeCanary } from '../../operations/judge-canary.ts';
import { OpenDeliveryInput, openDelivery } from '../../operations/open-delivery.ts';
import { PageOnCallInput, pageOnCall } from '../../operations/page-on-call.ts';
import { PlanRolloutInput, planRollout } from '../../operations/plan-rollout.ts';
import { PromoteInput, promote } from '../../operations/promote.ts';
import { PublishVersionInput, publishVersion } from '../../operations/publish-version.ts';
import { ReadDeliveryInput, readDelivery } from '../../operations/read-delivery.ts';
import { ReadWatchInput, readWatch } from '../../operations/read-watch.ts';
import { RecordClusterTaskInput, recordClusterTask } from '../../operations/record-cluster-task.ts';
import { RegisterWaitInput, registerWait } from '../../operations/register-wait.ts';
import { RollBackInput, rollBack } from '../../operations/roll-back.ts';
import { SettleDeploymentInput, settleDeployment } from '../../operations/settle-deployment.ts';
import { ShiftTrafficInput, shiftTraffic } from '../../operations/shift-traffic.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { Idempotency } from '../../ports/idempotency.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Patience } from '../../ports/patience.ts';
import type { Deliveries, PipelineRuns, Pipelines } from '../../ports/pipeline.ts';
import type { Turns } from '../../ports/turns.ts';
import type {
  Alarms,
  Clock,
  Cluster,
  Deployments,
  Hooks,
  Ids,
  Measures,
  Outbox,
  Pause,
  Publisher,
  Services,
  Traffic,
  Verdicts,
  Versions,
  Workflows,
} from '../../ports.ts';

/** Every port that an operation of the rehearsal may ask for. */
export interface Ports {
  readonly deployments: Deployments;
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

/** Runs the operation of a function on the payload that the function would get. */
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
