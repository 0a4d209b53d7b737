/**
 * One rollout from the request to its end, by the shipped operations and state machines. The same seed gives the same
 * rollout on any machine and in any order.
 */
import { type Deployment, isInFlight } from '../domain/deployment/deployment.ts';
import type { TimelineEntry } from '../domain/deployment/timeline.ts';
import { SlipwayError } from '../domain/errors.ts';
import { startRollout } from '../operations/opening/start-rollout.ts';
import { signalDeployment } from '../operations/rollout/signal-deployment.ts';
import { calledAs } from '../twin/cloud/workload-calls.ts';
import { type CanaryCalls, canaryCalls } from './canary-calls.ts';
import { harmedShare } from './model/harm-of-calls.ts';
import { type PriceList, readPrices, usdOf } from './model/price-list.ts';
import type { Outcome, RehearsedRollout, Taker } from './rehearsal-result.ts';
import { CANARY_IMAGE, type Stage, type StageOrder, setStage } from './stage.ts';

export interface ToldRollout {
  readonly rollout: RehearsedRollout;
  readonly deployment: Deployment;
  readonly timeline: readonly TimelineEntry[];
}

export async function rehearseRollout(order: StageOrder): Promise<ToldRollout> {
  const stage = await setStage(order);
  const { installation, scheduler } = stage;
  const asked = ask(stage, order);
  const calls = canaryCalls(installation.cloud, calledAs(order.spec.target));
  const view = installation.ledger.view();
  let deployment: Deployment | undefined;
  do {
    if (!(await scheduler.runNext())) throw new SlipwayError('Broken', 'Nothing is left to happen, and it has no end.');
    if (asked.refusal !== null) throw asked.refusal;
    if (asked.id === null) continue;
    const before = deployment;
    deployment = view.deployments.get(asked.id);
    calls.follow(deployment?.canary ?? null);
    if (deployment !== before && deployment?.status === 'awaitingApproval') approve(stage, deployment);
  } while (deployment === undefined || !isAtRest(stage, deployment));
  const timeline = view.timeline.get(deployment.id) ?? [];
  const rollout = account(order, { stage, deployment, timeline, calls });
  installation.workflows.close();
  await installation.cloud.close();
  return { rollout, deployment, timeline };
}

interface Asked {
  id: string | null;
  refusal: unknown;
}

/** Requests the service by name. The caller cannot leave out an approval, because the strategy is the service's own. */
function ask({ installation }: Stage, { spec }: StageOrder): Asked {
  const asked: Asked = { id: null, refusal: null };
  const order = { service: spec.name, artifact: { image: CANARY_IMAGE }, by: 'rehearsal', requestKey: null };
  void installation
    .invoke({ functionKey: 'startDeployment', deploymentId: null }, (ports) => startRollout(ports, order))
    .then(
      (result) => {
        if ('deployment' in result) asked.id = result.deployment.id;
      },
      (refusal: unknown) => {
        asked.refusal = refusal;
      },
    );
  return asked;
}

/**
 * Approves at once: how long people take is not rehearsed. An approval that came too early is repeated at the next
 * change.
 */
function approve({ installation }: Stage, { id }: Deployment): void {
  const order = { id, signal: 'approve', reason: 'Approved at once.', by: 'rehearsal' } as const;
  const ignored = () => {};
  void installation
    .invoke({ functionKey: 'signalDeployment', deploymentId: null }, (ports) => signalDeployment(ports, order))
    .then(ignored, ignored);
}

/** A paused deployment waits for a person, and would wait until its deadline. */
function isAtRest({ installation }: Stage, deployment: Deployment): boolean {
  if (deployment.status === 'paused') return true;
  return !isInFlight(deployment) && installation.workflows.running().length === 0;
}

interface Ended {
  readonly stage: Stage;
  readonly deployment: Deployment;
  readonly timeline: readonly TimelineEntry[];
  readonly calls: CanaryCalls;
}

let pricesRead: PriceList | undefined;

function account(order: StageOrder, { stage, deployment, timeline, calls }: Ended): RehearsedRollout {
  pricesRead ??= readPrices();
  const { installation, count } = stage;
  const states = installation.workflows.executions().flatMap((execution) => execution.states);
  const messages = installation.cloud.delivered();
  const canaryRequests = calls.served(deployment.canary);
  const outcome = outcomeOf(deployment, calls);
  const used = {
    ...count,
    transitions: states.length,
    builds: states.filter((state) => state.endsWith('OnCluster')).length,
    events: messages.filter(({ channel }) => channel === 'event').length,
    notices: messages.filter(({ channel }) => channel === 'notice').length,
  };
  return {
    outcome,
    takenBackBy: outcome === 'rolledBack' ? takerOf(timeline) : null,
    toZeroMs: calls.firstAt === null || calls.zeroAt === null ? null : calls.zeroAt - calls.firstAt,
    toPromotionMs: outcome !== 'promoted' || calls.wholeAt === null ? null : calls.wholeAt - deployment.openedAt,
    canaryRequests,
    harmedRequests: canaryRequests * harmedShare(order.model, order.scenario.harm),
    transitions: used.transitions,
    invocations: used.invocations,
    metricsRead: used.metricsRead,
    builds: used.builds,
    usd: usdOf(used, pricesRead),
  };
}

function outcomeOf({ status }: Deployment, { zeroAt }: CanaryCalls): Outcome {
  switch (status) {
    case 'promoted':
      // An alarm may turn red in the moment of the promotion, and undo it before all is at rest.
      return zeroAt === null ? 'promoted' : 'rolledBack';
    case 'rolledBack':
      return status;
    case 'paused':
      return 'held';
    default:
      return 'other';
  }
}

/** The first recorded reason: an alarm may turn red while the judge's rollback is in progress. */
function takerOf(timeline: readonly TimelineEntry[]): Taker {
  for (const { kind, by, data } of timeline) {
    if (kind === 'VerdictReached' && data.verdict === 'unhealthy') return 'judge';
    if (by === 'judge') return 'judge';
    if (by.startsWith('alarm ')) return 'alarm';
  }
  return 'other';
}
