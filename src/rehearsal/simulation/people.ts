/**
 * Who acts on an installation in a simulation: teams that deploy, approve and interfere, people who roll back, and those
 * of account-acts.ts. When and how is drawn from the seed; refusals are part of life.
 */

import { fullAccess } from '../../domain/access.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { ADVANCES, type SignalKind } from '../../domain/signal.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { abortDeployment } from '../../operations/abort-deployment.ts';
import { releaseService } from '../../operations/release-service.ts';
import { signalDeployment } from '../../operations/signal-deployment.ts';
import { startDeployment } from '../../operations/start-deployment.ts';
import { startPipelineRun } from '../../operations/start-pipeline-run.ts';
import { startRollback } from '../../operations/start-rollback.ts';
import type { RefusedRollback } from '../checkers/checked-world.ts';
import { pick, type Random } from '../random.ts';
import { type ActOrder, changePreparation, cleanUp, editAlias, intrude, loseExecution } from './account-acts.ts';
import { loseAlarm, muteAlarm, troubleAlarm, turnRed } from './alarm-acts.ts';
import { CODES, drawStrategy, drawWholeStrategy, IMAGES } from './scenario.ts';

export interface People {
  /** Somebody may act in the very moment in which something happens: that is when it hurts. */
  ambush(entry: TimelineEntry): void;
  readonly refusedRollbacks: readonly RefusedRollback[];
}

type Act = (random: Random) => Promise<unknown> | unknown;

export function setPeopleToWork(order: ActOrder): People {
  const { scenario, scheduler, random } = order;
  const refusedRollbacks: RefusedRollback[] = [];
  const begin = scheduler.now();
  let acts = 0;
  const schedule = (act: Act, withinMs: number = scenario.activeMs) => {
    acts += 1;
    const own = random.fork(`act ${acts}`);
    scheduler.at(begin + random.integer(withinMs), async () => {
      await act(own);
    });
  };
  const times = (count: number, act: Act) => Array.from({ length: count }, () => schedule(act));

  const rollBackNow: Act = async (own) => {
    const refused = await rollBack(order, own);
    if (refused !== null) refusedRollbacks.push(refused);
  };
  // The first rollouts begin early, so that there is something to interfere with.
  for (let index = 0; index < scenario.rollouts; index += 1) {
    schedule((own) => deploy(order, own), scenario.activeMs / 2);
  }
  times(scenario.rollouts * 3, (own) => interfere(order, own));
  times(1 + random.integer(2), rollBackNow);
  times(random.integer(2), (own) => turnRed(order, own));
  times(scenario.pipeline?.revisions ?? 0, (own) => deliver(order, own));
  times(scenario.pipeline === null ? 0 : 1 + random.integer(2), () => release(order));
  times(scenario.janitors, (own) => cleanUp(order, own));
  times(scenario.aliasEdits, (own) => editAlias(order, own));
  times(scenario.alarmTroubles, (own) => troubleAlarm(order, own));
  times(scenario.intrusions, (own) => intrude(order, own));
  times(scenario.lostExecutions, (own) => loseExecution(order, own));
  times(scenario.alarmLosses, (own) => loseAlarm(order, own));
  times(scenario.mutings, (own) => muteAlarm(order, own));
  // Early, so that rollouts come after it.
  for (let index = 0; index < scenario.preparations; index += 1)
    schedule((own) => changePreparation(order, own), scenario.activeMs / 3);
  return { refusedRollbacks, ambush: ambusher(order, { begin, rollBackNow }) };
}

const AMBUSH_WITHIN_MS = 120;

function ambusher(
  order: ActOrder,
  { begin, rollBackNow }: { readonly begin: number; readonly rollBackNow: Act },
): People['ambush'] {
  const { scenario, scheduler } = order;
  const random = order.random.fork('ambushes');
  const acts: Act[] = [
    (own) => interfere(order, own),
    (own) => interfere(order, own),
    (own) => deploy(order, own),
    (own) => turnRed(order, own),
    rollBackNow,
  ];
  return () => {
    const now = scheduler.now();
    if (now >= begin + scenario.activeMs || !random.chance(scenario.ambushChance)) return;
    const act = pick(random, acts);
    const own = random.fork(`at ${now}`);
    scheduler.at(now + random.integer(AMBUSH_WITHIN_MS), async () => {
      await act(own);
    });
  };
}

/** What a person meets: an answer, a refusal, or a request that died. Returns the name of the failure. */
async function attempt(order: ActOrder, what: { readonly line: string; readonly act: () => Promise<unknown> }) {
  try {
    await what.act();
    order.say(`${what.line}: done`);
    return null;
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    order.say(`${what.line}: ${failure.name}: ${failure.message}`);
    return failure;
  }
}

async function deploy(order: ActOrder, random: Random): Promise<void> {
  const { installation, scenario } = order;
  const { name, target } = pick(random, scenario.services);
  // On Kubernetes the same manifests are the same version, so each deployment has a tag of its own.
  const code = target.kind === 'lambda' ? pick(random, CODES) : `${pick(random, IMAGES)}:${random.hex(6)}`;
  const isWhole = target.kind === 'kubernetes' && ['rolling', 'blueGreen'].includes(target.route.kind);
  const strategy = () => (isWhole ? drawWholeStrategy(random) : drawStrategy(random));
  const request = {
    service: name,
    artifact: { image: code },
    strategy: random.chance(0.5) ? strategy() : undefined,
    supersede: random.chance(0.4),
    hotfix: random.chance(0.1),
    by: 'team',
    access: fullAccess('team'),
    requestKey: random.chance(0.3) ? random.hex(8) : null,
  };
  const line = `deploy ${code} to ${name}${request.supersede ? ', superseding' : ''}`;
  const act = () =>
    installation.invoke({ functionKey: 'startDeployment', deploymentId: null }, (ports) =>
      startDeployment(ports, request),
    );
  const failed = await attempt(order, { line, act });
  // A client whose request died asks again with the same key.
  if (failed !== null && !isSlipwayError(failed, 'Conflict') && random.chance(0.7)) {
    await attempt(order, { line: `${line}, again`, act });
  }
}

/** POST /deploy with a revision. */
async function deliver(order: ActOrder, random: Random): Promise<void> {
  const { service = '' } = order.scenario.pipeline ?? {};
  const request = { service, revision: random.hex(40), by: 'team@example', requestKey: null };
  const act = () =>
    order.installation.invoke({ functionKey: 'startDeployment', deploymentId: null }, (ports) =>
      startPipelineRun(ports, request),
    );
  await attempt(order, { line: `deliver ${request.revision.slice(0, 8)} to ${service}`, act });
}

async function release(order: ActOrder): Promise<void> {
  const { service: name = '' } = order.scenario.pipeline ?? {};
  const act = () =>
    order.installation.invoke({ functionKey: 'releaseService', deploymentId: null }, (ports) =>
      releaseService(ports, { name, reason: 'It is mended', by: 'on call' }),
    );
  await attempt(order, { line: `release ${name}`, act });
}

async function interfere(order: ActOrder, random: Random): Promise<void> {
  const { installation } = order;
  const id = pick(random, [...installation.ledger.view().inFlight, '']);
  const deployment = installation.ledger.view().deployments.get(id);
  if (deployment === undefined) return;
  const kind = signalFor(random, deployment.status);
  const act = () =>
    installation.invoke<unknown>({ functionKey: kind, deploymentId: null }, (ports) =>
      kind === 'abort'
        ? abortDeployment(ports, { id, reason: 'Changed my mind', by: 'team' })
        : signalDeployment(ports, { id, signal: kind, reason: 'As planned', by: 'team' }),
    );
  await attempt(order, { line: `${kind} ${id}`, act });
}

type Wish = 'abort' | (typeof ADVANCES)[number];

function signalFor(random: Random, status: string): Wish {
  if (status === 'awaitingApproval' && random.chance(0.7)) return 'approve';
  if (status === 'paused' && random.chance(0.5)) return 'resume';
  return pick(random, ['abort', ...ADVANCES] satisfies SignalKind[]);
}

/** Null, or the refusal, where nothing but Slipway itself can have been the reason. */
async function rollBack(order: ActOrder, random: Random): Promise<RefusedRollback | null> {
  const { installation, scenario, scheduler } = order;
  const { name: service } = pick(random, scenario.services);
  const act = () =>
    installation.invoke({ functionKey: 'startRollback', deploymentId: null }, (ports) =>
      startRollback(ports, { service, reason: 'It looks wrong', by: 'on call', requestKey: null }),
    );
  const failed = await attempt(order, { line: `roll ${service} back`, act });
  if (!isSlipwayError(failed, 'Conflict') || failed.details.inFlight === undefined) return null;
  return { service, at: scheduler.now(), because: failed.message };
}
