import type { Status } from '../../src/domain/deployment/deployment.ts';
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { abortDeployment } from '../../src/operations/opening/abort-deployment.ts';
import { startPipelineRun } from '../../src/operations/opening/start-pipeline-run.ts';
import { startRollback } from '../../src/operations/opening/start-rollback.ts';
import { type StartRolloutInput, startRollout } from '../../src/operations/opening/start-rollout.ts';
import { releaseService } from '../../src/operations/pipeline/release-service.ts';
import { type SignalDeploymentInput, signalDeployment } from '../../src/operations/rollout/signal-deployment.ts';
import type { Tamper } from '../../src/simulation/caller.ts';
import { type Installation, simulatedInstallation } from '../../src/simulation/installation.ts';
import { PIPELINE_OUTPUT, pipelineActions, pipelineImages } from '../../src/simulation/pipeline-actions.ts';
import { BEHAVIOURS, STARTS_AT } from '../../src/simulation/scenario.ts';
import type { FaultPlan } from '../../src/twin/cloud/fault-plan.ts';
import { faultSource } from '../../src/twin/cloud/faults.ts';
import { type InvocationFaultPlan, invocationFaults } from '../../src/twin/cloud/lambda-failures.ts';
import { calledAs } from '../../src/twin/cloud/workload-calls.ts';
import type { StageName } from '../../src/twin/events/pipelines.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { aSpec } from '../domain/a-deployment.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;

export interface StageOrder {
  /** The builds that get no machine, by their number, counted from 1. */
  readonly refusedBuilds?: readonly number[];
  readonly spec?: Partial<ServiceSpec>;
  readonly faults?: FaultPlan;
  readonly clusterFaults?: FaultPlan;
  readonly ledgerFaults?: FaultPlan;
  /** How invocations of the tasks' functions fail. */
  readonly invocations?: InvocationFaultPlan['script'];
  readonly tamper?: Tamper;
  /**
   * For each revision, the image that the stage Build leaves, and the stage that fails. Other revisions leave `good`.
   */
  readonly revisions?: Readonly<Record<string, { readonly image?: string; readonly failsIn?: StageName }>>;
}

export type Stage = Awaited<ReturnType<typeof aStage>>;

/** The shipped machines with the real operations, in virtual time: checkout on version 1, with traffic and an alarm. */
export async function aStage(order: StageOrder = {}) {
  const { spec: change = {}, faults = {}, clusterFaults = {}, refusedBuilds = [], revisions = {}, tamper } = order;
  const { invocations: script = [], ledgerFaults = {} } = order;
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const random = seededRandom('stage');
  let builds = 0;
  const source = (plan: FaultPlan) => faultSource({ plan, random: random.fork('faults'), scheduler });
  const act = pipelineActions({
    service: 'checkout',
    startAction: (action) => installation.cloud.pipelines.startAction(action),
    scheduler,
    workflows: () => installation.workflows,
    revision: (revision) => ({ image: 'good', ...revisions[revision] }),
    stageMs: MINUTE,
  });
  const installation: Installation = simulatedInstallation({
    scheduler,
    random,
    faults: {
      ledger: source(ledgerFaults),
      outside: source(faults),
      cluster: source(clusterFaults),
      invocations: invocationFaults({ plan: { script }, random, scheduler }),
    },
    latencyMaxMs: 5,
    cloud: {
      behaviours: { ...BEHAVIOURS, ...pipelineImages(BEHAVIOURS) },
      delays: () => [100],
      pipeline: { service: 'checkout', output: PIPELINE_OUTPUT, act },
    },
    isBuildRefused() {
      builds += 1;
      return refusedBuilds.includes(builds);
    },
    ...(tamper === undefined ? {} : { tamper }),
  });
  const { cloud, ledger, workflows, invoke } = installation;
  opened.push(installation);
  const spec = aSpec(change);
  for (const name of ['checkout', 'check', 'refusal']) {
    const image = name === 'checkout' ? 'good' : name;
    cloud.addFunction({ name, alias: 'live', artifact: { image } });
  }
  const { target } = spec;
  if (target.kind === 'kubernetes') {
    cloud.cluster.addNamespace(target.namespace);
    cloud.workloads.watch(target);
  }
  const { functionName, alias } = calledAs(target);
  cloud.setLoad({ functionName, alias, requestsPerSecond: 50 });
  const dimensions = { FunctionName: functionName, Resource: `${functionName}:${alias}` };
  cloud.alarms.putAlarm({ ...ALARM, dimensions }, 'OK');
  await ledger.services.write({ spec, by: 'ada', at: STARTS_AT });

  const pass = (ms: number) => scheduler.advanceTo(scheduler.now() + ms);
  /** Runs the operation like an HTTP request. Its calls have latencies, so time passes while it runs. */
  const ask = async <T>(operation: Parameters<typeof invoke<T>>[1]): Promise<T> => {
    const answer = invoke({ functionKey: 'http', deploymentId: null }, operation);
    answer.catch(() => {});
    await pass(300);
    return answer;
  };
  const executionOf = (id: string) => workflows.executions().find(({ deploymentId }) => deploymentId === id);
  const deploymentOf = (id: string) => {
    const deployment = ledger.view().deployments.get(id);
    if (deployment === undefined) throw new Error(`There is no deployment ${id}.`);
    return deployment;
  };
  return {
    ...installation,
    scheduler,
    pass,
    ask,
    async deploy(input: Partial<StartRolloutInput> = {}): Promise<string> {
      const request = { service: 'checkout', artifact: { image: 'good' }, by: 'ada', requestKey: null, ...input };
      const result = await ask((ports) => startRollout(ports, request));
      if (!('deployment' in result)) throw new Error('Nothing was opened.');
      return result.deployment.id;
    },
    signal: (id: string, signal: SignalDeploymentInput['signal']) =>
      ask((ports) => signalDeployment(ports, { id, signal, reason: 'As planned', by: 'ada' })),
    abort: (id: string) => ask((ports) => abortDeployment(ports, { id, reason: 'Changed my mind', by: 'ada' })),
    rollBack: (to?: string) =>
      ask((ports) =>
        startRollback(ports, { service: 'checkout', to, reason: 'It looks wrong', by: 'ada', requestKey: null }),
      ),
    /** Sends POST /deploy with a revision. */
    deliver: (revision: string) =>
      ask((ports) => startPipelineRun(ports, { service: 'checkout', revision, by: 'ada', requestKey: null })),
    release: () => ask((ports) => releaseService(ports, { name: 'checkout', reason: 'It is mended', by: 'grace' })),
    run: (id: string) => ledger.view().pipelineRuns.get(id),
    turnRed: () => cloud.alarms.setAlarmState({ name: ALARM.name, state: 'ALARM', reason: 'A test' }),
    deployment: deploymentOf,
    status: (id: string): Status => deploymentOf(id).status,
    kinds: (id: string) => (ledger.view().timeline.get(id) ?? []).map(({ kind }) => kind),
    states: (id: string): readonly string[] => executionOf(id)?.states ?? [],
    machine: (id: string) => executionOf(id)?.machine,
    /** The share of the calls on each version. */
    live() {
      const { functionVersion, weights } = cloud.lambda.getAlias('checkout', { alias: 'live' });
      const [canary] = Object.entries(weights);
      return canary === undefined
        ? { [functionVersion]: 100 }
        : { [functionVersion]: 100 - canary[1] * 100, [canary[0]]: canary[1] * 100 };
    },
    /** The pods that are not ending, by image. */
    pods(): Record<string, number> {
      if (target.kind !== 'kubernetes') return {};
      const counts: Record<string, number> = {};
      for (const { metadata, spec: pod } of cloud.cluster.pods(target.namespace)) {
        const image = pod.containers[0]?.image ?? '';
        if (metadata.deletionTimestamp === undefined) counts[image] = (counts[image] ?? 0) + 1;
      }
      return counts;
    },
    pages: () => cloud.delivered().filter(({ severity, channel }) => severity === 'page' && channel === 'notice'),
  };
}

const opened: Installation[] = [];

/** Ends executions that still wait, because they would keep the process from ending. */
export async function closeStages(): Promise<void> {
  for (const { workflows, cloud } of opened.splice(0)) {
    workflows.close();
    await cloud.close();
  }
}

const ALARM = {
  name: 'checkout-errors',
  metric: 'ErrorRate',
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 5,
  comparison: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
} as const;
