/**
 * Builds the rehearsed account: its state, Lambda, traffic, alarms and event bus. Each part is told about the changes
 * of the others. In real mode, code runs in worker threads and the state is on disk; in virtual mode everything is
 * drawn.
 */
import { dirname, join } from 'node:path';
import type { OutboxMessage } from '../../domain/deployment/timeline.ts';
import { rehearsedAlarms } from '../alarms/alarms.ts';
import { simulatedCluster } from '../cluster/simulated-cluster.ts';
import type { GatewayLag } from '../cluster/workloads/gateways.ts';
import type { Images } from '../cluster/workloads/image-behaviour.ts';
import { type Delays, eventBus } from '../events/event-bus.ts';
import type { EventRule } from '../events/event-rules.ts';
import type { PipelineOrder } from '../events/pipelines.ts';
import { type FirstError, firstErrors } from '../handlers/first-errors.ts';
import type { ControlPlaneLimits } from '../lambda/control-plane.ts';
import { type Lambda, type LambdaWatcher, lambdaControlPlane } from '../lambda/lambda.ts';
import { splitHistory } from '../lambda/split-history.ts';
import { lambdaDataPlane } from '../load/invocation.ts';
import { type LoadGenerator, modelledLoad } from '../load/modelled-load.ts';
import { realLoad } from '../load/real-load.ts';
import { measurements } from '../measures/measurements.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import { codeFinder, repositoryOf } from '../world/code-finder.ts';
import { codeStore } from '../world/code-store.ts';
import { type KeepFile, keptFile } from '../world/kept-file.ts';
import { type Behaviour, type Code, emptyWorld } from '../world/world.ts';
import { loadWorld } from '../world/world-file.ts';
import { handlerRunner } from './handler-runner.ts';
import type { PostWebhook } from './hooks.ts';
import { type WorkloadCallsOrder, workloadCalls } from './workload-calls.ts';
import { workloadHistory } from './workload-history.ts';

export interface CloudOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly mode: 'real' | 'virtual';
  /** True when Kubernetes is not simulated: then images are in a real registry, which is not looked at. */
  readonly isClusterReal?: boolean | undefined;
  /** The folder with the handler files of the bucket `local`. */
  readonly root?: string;
  /** The file that keeps the state over a restart. The sources of handlers are stored beside it. */
  readonly stateFile?: string;
  /** How the state file is written. When left out, a write that the disk refuses throws. */
  readonly keep?: KeepFile | undefined;
  readonly noticesFile?: string;
  /** Called with each message that Slipway publishes. */
  readonly onMessage?: ((message: OutboxMessage) => void) | undefined;
  /** Called once for each version of a real handler. */
  readonly onFirstError?: ((found: FirstError) => void) | undefined;
  /** As read by `rulesFromServerless`. */
  readonly rules?: readonly EventRule[];
  /** How code behaves that is not run. The keys are S3 keys or images. */
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  /** How a webhook is called. When left out, every webhook is refused. */
  readonly webhooks?: PostWebhook;
  /** How long the figures of a period take to arrive and to be evaluated, in milliseconds. */
  readonly metricsDelayMs?: number;
  readonly controlPlane?: Partial<ControlPlaneLimits>;
  readonly delays?: Delays;
  /** When left out, no pipeline is installed. */
  readonly pipeline?: PipelineOrder;
  /** When left out, the cluster follows a changed route at once. */
  readonly gatewayLag?: GatewayLag | undefined;
  /** The delays before a failed delivery is tried again, in milliseconds. */
  readonly retryDelaysMs?: readonly number[];
}

export type Account = ReturnType<typeof rehearsedAccount>;

export function rehearsedAccount(order: CloudOrder) {
  const { scheduler, random, stateFile, mode } = order;
  const world = (stateFile === undefined ? null : loadWorld(stateFile)) ?? emptyWorld();
  const file = stateFile === undefined ? null : (order.keep ?? keptFile)(stateFile);
  const save = () => file?.write(JSON.stringify(world));
  const measured = measurements();
  const history = splitHistory({ scheduler, world });
  const code = codeStore({ directory: stateFile === undefined ? undefined : join(dirname(stateFile), 'code') });
  const errors = firstErrors({ scheduler, tell: order.onFirstError ?? (() => {}) });
  const dataPlane = lambdaDataPlane({
    scheduler,
    random: random.fork('calls'),
    world,
    measured,
    handlerRunner: handlerRunner(code),
    onError: errors.note,
  });
  const source = { scheduler, random: random.fork('load'), world };
  const load: LoadGenerator =
    mode === 'real' ? realLoad({ ...source, dataPlane }) : modelledLoad({ ...source, measured });
  load.adjust();
  const watcher: LambdaWatcher = { beforeChange: load.flush, afterMove: history.note, afterChange: save };
  const lambda: Lambda = lambdaControlPlane({ scheduler, world, watcher });
  const finder = codeFinder(order, { world, code });
  const around = { world, lambda, codeOf: finder.image };
  const onCluster = rehearsedCluster(order, { ...around, flush: load.flush, afterMove: history.note });
  const timing = timingOf(order);
  const bus = eventBus({ scheduler, random: random.fork('bus'), rules: order.rules ?? [], ...timing });
  const alarms = rehearsedAlarms({
    scheduler,
    random: random.fork('alarms'),
    world,
    measured,
    catchUp: load.catchUp,
    delayMs: timing.metricsDelayMs,
    send: bus.send,
    afterChange: save,
  });
  const { metricsDelayMs } = timing;
  return {
    world,
    save,
    measured,
    history,
    dataPlane,
    load,
    lambda,
    bus,
    alarms,
    metricsDelayMs,
    code: finder,
    errors,
    ...onCluster,
  };
}

/**
 * Returns how pods of an image behave. The name of the image's repository decides, or whether code exists for the
 * image.
 */
function imagesOf({ mode }: CloudOrder, codeOf: (image: string) => Code): Images {
  const readyAfterMs = mode === 'real' ? 2_000 : 5_000;
  return (image) => {
    const name = repositoryOf(image);
    if (name.endsWith('crashing')) return { readyAfterMs, outcome: 'crashes' };
    if (name.endsWith('unready')) return { readyAfterMs, outcome: 'neverReady' };
    try {
      codeOf(image);
      return { readyAfterMs, outcome: 'ready' };
    } catch {
      return { readyAfterMs, outcome: 'cannotBePulled' };
    }
  };
}

type Around = Pick<WorkloadCallsOrder, 'world' | 'lambda' | 'flush' | 'afterMove'> & {
  readonly codeOf: (image: string) => Code;
};

/** Makes the cluster, the calls of its workloads, and the history of their records. */
function rehearsedCluster(order: CloudOrder, { codeOf, ...around }: Around) {
  const { scheduler, random, gatewayLag } = order;
  const images = imagesOf(order, codeOf);
  const cluster = simulatedCluster({ scheduler, random: random.fork('cluster'), images, gatewayLag });
  const calls = workloadCalls({ ...around, cluster, codeOf });
  return { cluster, calls, records: workloadHistory({ cluster, clock: scheduler }) };
}

interface Timing {
  readonly metricsDelayMs: number;
  readonly delays: Delays;
  readonly retryDelaysMs: readonly number[];
}

const TIMINGS = {
  real: {
    metricsDelayMs: 300,
    delays: (random: Random) => [random.uniform() * 20],
    retryDelaysMs: [1_000, 2_000],
  },
  // EventBridge delivers to Lambda after about 200 ms in the median, and after seconds in the worst case. Lambda
  // retries after one and two minutes.
  virtual: {
    metricsDelayMs: 2_000,
    delays: (random: Random) => [100 + Math.min(2_000, random.exponential(150))],
    retryDelaysMs: [60_000, 120_000],
  },
} as const satisfies Record<CloudOrder['mode'], Timing>;

function timingOf({ mode, metricsDelayMs, delays, retryDelaysMs }: CloudOrder): Timing {
  const usual = TIMINGS[mode];
  return {
    metricsDelayMs: metricsDelayMs ?? usual.metricsDelayMs,
    delays: delays ?? usual.delays,
    retryDelaysMs: retryDelaysMs ?? usual.retryDelaysMs,
  };
}
