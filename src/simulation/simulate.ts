/**
 * One run of a whole installation in virtual time. The seed alone decides what is deployed, who interferes and which
 * faults strike. Every invariant is checked after every step. At the end faults stop, the safety nets run until all is
 * quiet, and the invariants at rest are checked. The same seed gives the same trace, byte for byte.
 */
import { createHash } from 'node:crypto';
import type { Deployment } from '../domain/deployment/deployment.ts';
import type { EntryKind } from '../domain/deployment/timeline.ts';
import { onCluster } from '../domain/service/target.ts';
import { faultSource, faultyDelays } from '../twin/cloud/faults.ts';
import { invocationFaults } from '../twin/cloud/lambda-failures.ts';
import type { Delays } from '../twin/events/event-bus.ts';
import type { PipelineOrder } from '../twin/events/pipelines.ts';
import { type Random, seededRandom } from '../twin/random.ts';
import { type VirtualScheduler, virtualScheduler } from '../twin/scheduler.ts';
import { simulatedApi } from './api-requests.ts';
import type { Tamper } from './caller.ts';
import { allCheckers } from './checkers/all-checkers.ts';
import type { CheckedWorld, Checker } from './checkers/checked-world.ts';
import { type Clients, clientsOf } from './clients.ts';
import { handLog } from './hand-log.ts';
import { type Installation, simulatedInstallation } from './installation.ts';
import { type LastDeployments, lastDeployments } from './last-deployments.ts';
import { setPeopleToWork } from './people.ts';
import { type ActionsOrder, PIPELINE_OUTPUT, pipelineActions, pipelineImages } from './pipeline-actions.ts';
import { BEHAVIOURS, builtOf, drawScenario, type Scenario, STARTS_AT } from './scenario.ts';
import { setScene } from './scene.ts';
import { setTroublesGoing, type Troubles } from './trouble-makers.ts';
import { type WorldUnderCheck, worldUnderCheck } from './world-under-check.ts';

export interface SimulationOptions {
  /** The number of rollouts that people request; a few are refused. */
  readonly rollouts?: number;
  readonly tamper?: Tamper;
  /** When left out, all invariants are checked. */
  readonly checkers?: () => readonly Checker[];
  /** Gets every line of the trace. */
  readonly trace?: (line: string) => void;
}

export interface SimulationResult {
  readonly ok: boolean;
  readonly seed: number;
  /** The number of timers that ran. After each timer every invariant was checked. */
  readonly steps: number;
  /** The number of deployments that were opened: rollouts and rollbacks. */
  readonly rollouts: number;
  /** The kinds of timeline entries in the run. They show what the seeds reach. */
  readonly kinds: ReadonlySet<EntryKind>;
  /** How each kind of deployment ended: `rollout by blueGreen promoted`, `rollback by lambda rolledBack`. */
  readonly ends: ReadonlySet<string>;
  /** The digest of the whole trace: two runs with the same digest did the same. */
  readonly digest: string;
  readonly failure?: {
    readonly invariant: string;
    readonly message: string;
    readonly atStep: number;
    /** One command line that runs this seed again and prints its trace. */
    readonly replay: string;
  };
}

const ROLLOUTS = 3;
/** After the faults: at least one round of `reconcile`, which repairs what they left, and never longer than this. */
const HEALED_AFTER_MS = 310_000;
const REST_WITHIN_MS = 2 * 3_600_000;
/** The first try is a normal deployment; the others are hotfixes. */
const LAST_TRIES = 3;
const NO_WAY_SHARE = 0.2;

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationResult> {
  const run = await setUp(seed, options);
  // Stack traces take a sixth of the time: those of the errors that faults throw, and of those that the interpreter
  // throws at every step. They are needed only when the trace is read.
  const { stackTraceLimit } = Error;
  if (options.trace === undefined) Error.stackTraceLimit = 0;
  const complaint = await runToEnd(run).finally(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  run.installation.workflows.close();
  await run.installation.cloud.close();
  const result = {
    seed,
    steps: run.steps,
    rollouts: run.installation.ledger.view().deployments.size,
    kinds: new Set(run.underCheck.world.entries.map(({ kind }) => kind)),
    ends: new Set([...run.installation.ledger.view().deployments.values()].map(endInWords)),
    digest: run.digest(),
  };
  if (complaint === null) return { ok: true, ...result };
  const replay = `npx node src/cli/main.ts simulate --seed ${seed}`;
  return { ok: false, ...result, failure: { ...complaint, atStep: run.steps, replay } };
}

function endInWords({ kind, status, spec: { target } }: Deployment): string {
  return `${kind} by ${onCluster(target)?.route.kind ?? target.kind} ${status}`;
}

interface Run {
  readonly scheduler: VirtualScheduler;
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly underCheck: WorldUnderCheck;
  readonly clients: Clients;
  readonly checkers: readonly Checker[];
  readonly digest: () => string;
  readonly troubles: Troubles;
  readonly last: LastDeployments;
  steps: number;
}

async function setUp(
  seed: number,
  { rollouts = ROLLOUTS, checkers = allCheckers, tamper, trace }: SimulationOptions,
): Promise<Run> {
  const random = seededRandom(seed);
  const scheduler = inWholeMilliseconds(virtualScheduler({ startAt: STARTS_AT }));
  const scenario = drawScenario(random.fork('scenario'), { rollouts });
  const { say, digest } = traceOf(scheduler, trace);
  let otherStrikes = 0;
  const strike = () => {
    otherStrikes += 1;
  };
  const faults = faultsOf(scenario, { random, scheduler });
  // The world needs the installation, whose events it sees, so it is made later.
  let underCheck: WorldUnderCheck | undefined;
  const installation: Installation = simulatedInstallation({
    scheduler,
    random,
    faults,
    latencyMaxMs: scenario.latencyMaxMs,
    clocksAheadMs: scenario.clocksAheadMs,
    isBuildRefused() {
      const isRefused = faults.builds.chance(scenario.buildRefusals);
      if (isRefused) strike();
      return isRefused;
    },
    onEvent: (event) => underCheck?.onEvent(event),
    cloud: {
      behaviours: { ...BEHAVIOURS, ...pipelineImages(BEHAVIOURS) },
      controlPlane: scenario.controlPlane,
      delays: noticedDelays(scenario, { scheduler, strike }),
      gatewayLag: scenario.gatewayLag,
      ...pipelineOf(scenario, { scheduler, installation: () => installation }),
    },
    ...(tamper === undefined ? {} : { tamper }),
  });
  await setScene({ installation, scenario, scheduler });
  const api = simulatedApi({ installation, clock: scheduler });
  const clients = clientsOf({ api, habits: scenario.habits, scheduler, say });
  const acting = { installation, scenario, scheduler, random: random.fork('people'), say, strike };
  const { ambush } = setPeopleToWork({ ...acting, clients });
  const hands = handLog();
  const troubles = setTroublesGoing({ ...acting, random: random.fork('troubles on the cluster'), clients, hands });
  const last = lastDeployments({ installation, scenario, api, scheduler, random: random.fork('last'), say });
  const struck = [faults.ledger, faults.outside, faults.cluster, faults.invocations];
  const strikes = () => struck.reduce((sum, source) => sum + source.injected().length, otherStrikes);
  underCheck = worldUnderCheck({
    installation,
    scenario,
    clock: scheduler,
    strikes,
    api,
    clocksApartMs: Math.max(0, ...scenario.clocksAheadMs) - Math.min(0, ...scenario.clocksAheadMs),
    ...{ ambush, say, hands, lastDeployments: last.list() },
  });
  const judged = { underCheck, checkers: checkers(), digest, steps: 0 };
  return { scheduler, installation, scenario, clients, troubles, last, ...judged };
}

/** The first stages of the pipeline are quick here: the time of a run is for the rollouts. */
const STAGE_MS = 10_000;

function pipelineOf(
  { pipeline }: Scenario,
  { scheduler, installation }: Pick<ActionsOrder, 'scheduler'> & { readonly installation: () => Installation },
): { readonly pipeline?: PipelineOrder } {
  if (pipeline === null) return {};
  const { service } = pipeline;
  const act = pipelineActions({
    service,
    startAction: (action) => installation().cloud.pipelines.startAction(action),
    scheduler,
    workflows: () => installation().workflows,
    revision: builtOf,
    stageMs: STAGE_MS,
  });
  return { pipeline: { service, output: PIPELINE_OUTPUT, act } };
}

/** Like the system's clock. Event delays and jitter are drawn more finely. */
function inWholeMilliseconds(scheduler: VirtualScheduler): VirtualScheduler {
  return { ...scheduler, at: (time, run) => scheduler.at(Math.round(time), run) };
}

/**
 * EventBridge delivers to Lambda within a fraction of a second. While faults are on, a delivery may take longer or come
 * twice, which counts as a strike.
 */
function noticedDelays(
  { events, activeMs }: Scenario,
  { scheduler, strike }: { readonly scheduler: VirtualScheduler; readonly strike: () => void },
): Delays {
  const healthy: Delays = (random) => [50 + Math.min(800, random.exponential(150))];
  const faulty = faultyDelays(healthy, events);
  return (random) => {
    const isOver = scheduler.now() >= STARTS_AT + activeMs;
    const delays = (isOver ? healthy : faulty)(random);
    if (delays.length > 1 || delays.some((ms) => ms > 1_000)) strike();
    return delays;
  };
}

function traceOf(scheduler: VirtualScheduler, trace: ((line: string) => void) | undefined) {
  const hash = createHash('sha256');
  const say = (text: string) => {
    const line = `+${((scheduler.now() - STARTS_AT) / 1_000).toFixed(3)}s ${text}`;
    hash.update(`${line}\n`);
    trace?.(line);
  };
  return { say, digest: () => hash.digest('hex').slice(0, 16) };
}

function faultsOf(scenario: Scenario, { random, scheduler }: { random: Random; scheduler: VirtualScheduler }) {
  // Faults end with the active time: what is broken then must be repaired without help.
  const until = STARTS_AT + scenario.activeMs;
  const isOver = { chance: (probability: number) => scheduler.now() < until && random.chance(probability) };
  const source = (label: string) => ({ ...random.fork(label), ...isOver });
  return {
    ledger: faultSource({ plan: scenario.ledgerFaults, random: source('ledger faults'), scheduler, behind: 'ledger' }),
    outside: faultSource({ plan: scenario.outsideFaults, random: source('outside faults'), scheduler }),
    cluster: faultSource({ plan: scenario.clusterFaults, random: source('cluster faults'), scheduler }),
    invocations: invocationFaults({ plan: scenario.invocationFaults, random: source('invocations'), scheduler }),
    noWayShare: NO_WAY_SHARE,
    builds: source('builds'),
  };
}

type Complaint = { readonly invariant: string; readonly message: string };

/** Returns the first invariant that was broken; null when all held. */
async function runToEnd(run: Run): Promise<Complaint | null> {
  const { scheduler, scenario, troubles, last } = run;
  const complaint = (await runToRest(run, STARTS_AT + scenario.activeMs)) ?? complaintAtRest(run);
  if (complaint !== null) return complaint;
  troubles.end();
  // In that time, deleted alarms and lost pods come back.
  let broken = await runToRest(run, scheduler.now());
  for (let tries = 0; tries < LAST_TRIES && last.missing().length > 0 && broken === null; tries += 1) {
    void last.ask({ isHotfix: tries > 0 });
    broken = await runToRest(run, scheduler.now());
  }
  return broken ?? complaintAtRest(run);
}

/** Runs until all is quiet, some time after `from`. */
async function runToRest(run: Run, from: number): Promise<Complaint | null> {
  const { scheduler, underCheck } = run;
  const isOver = () => {
    const restedMs = scheduler.now() - from;
    return restedMs >= REST_WITHIN_MS || (restedMs >= HEALED_AFTER_MS && isQuiet(run));
  };
  while (!isOver()) {
    await scheduler.runNext();
    run.steps += 1;
    underCheck.refresh();
    const complaint = complaintOf(run, (checker, world) => checker.check(world));
    if (complaint !== null) return complaint;
  }
  return null;
}

function complaintAtRest(run: Run): Complaint | null {
  return complaintOf(run, (checker, world) => checker.checkAtRest?.(world) ?? null);
}

function isQuiet({ installation: { ledger, workflows, cloud, busy }, clients }: Run): boolean {
  const { inFlight, pending } = ledger.view();
  return (
    inFlight.size === 0 &&
    pending.size === 0 &&
    busy() === 0 &&
    clients.waiting() === 0 &&
    cloud.bus.inFlight() === 0 &&
    workflows.running().length === 0
  );
}

function complaintOf(run: Run, ask: (checker: Checker, world: CheckedWorld) => string | null) {
  for (const checker of run.checkers) {
    const message = ask(checker, run.underCheck.world);
    if (message !== null) return { invariant: checker.invariant, message };
  }
  return null;
}
