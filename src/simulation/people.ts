/**
 * The people that act on an installation in a simulation: teams that deploy, approve and interfere, people who roll
 * back, and the acts of account-acts.ts. The seed decides when and how; refusals are normal.
 */

import { hasEndedOnStable } from '../domain/deployment/deployment.ts';
import { ADVANCES, type SignalKind } from '../domain/deployment/signal.ts';
import type { TimelineEntry } from '../domain/deployment/timeline.ts';
import { onCluster } from '../domain/service/target.ts';
import { pick, type Random } from '../twin/random.ts';
import { sleep } from '../twin/scheduler.ts';
import {
  type ActOrder,
  changePreparation,
  cleanUp,
  editAlias,
  intrude,
  loseExecution,
  recreate,
} from './account-acts.ts';
import { loseAlarm, muteAlarm, troubleAlarm, turnRed } from './alarm-acts.ts';
import type { Clients } from './clients.ts';
import { isWhole, workloadNow } from './cluster-acts.ts';
import { abort, deliver, deploy, release, retry, rollBack, signal } from './requests.ts';
import { CODES, drawStrategy, drawWholeStrategy, IMAGES } from './scenario.ts';
import { deployWithTool } from './tool-acts.ts';

export interface People {
  /** A person may act in the very moment of a timeline entry, when it does the most harm. */
  ambush(entry: TimelineEntry): void;
}

export interface PeopleOrder extends ActOrder {
  readonly clients: Clients;
}

type Act = (random: Random) => Promise<unknown> | unknown;

export function setPeopleToWork(order: PeopleOrder): People {
  const { scenario, scheduler, random } = order;
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

  // The first rollouts begin early, so that the other acts meet one.
  for (let index = 0; index < scenario.rollouts; index += 1) {
    schedule((own) => askToDeploy(order, own), scenario.activeMs / 2);
  }
  times(scenario.rollouts * 3, (own) => interfere(order, own));
  times(1 + random.integer(2), (own) => askToRollBack(order, own));
  times(random.integer(2), (own) => turnRed(order, own));
  times(scenario.pipeline?.revisions ?? 0, (own) => askToDeliver(order, own));
  times(scenario.pipeline === null ? 0 : 1 + random.integer(2), (own) => askToRelease(order, own));
  times(scenario.hastes, (own) => changeInHaste(order, own));
  times(scenario.retries, (own) => askToRetry(order, own));
  times(scenario.janitors, (own) => cleanUp(order, own));
  times(scenario.aliasEdits, (own) => editAlias(order, own));
  times(scenario.alarmTroubles, (own) => troubleAlarm(order, own));
  times(scenario.intrusions, (own) => intrude(order, own));
  times(scenario.recreations, (own) => recreate(order, own));
  times(scenario.lostExecutions, (own) => loseExecution(order, own));
  times(scenario.alarmLosses, (own) => loseAlarm(order, own));
  times(scenario.mutings, (own) => muteAlarm(order, own));
  times(scenario.toolDeploys, (own) => deployWithTool(order, own));
  // Early, so that rollouts come after the change.
  for (let index = 0; index < scenario.preparations; index += 1)
    schedule((own) => changePreparation(order, own), scenario.activeMs / 3);
  return { ambush: ambusher(order, begin) };
}

const AMBUSH_WITHIN_MS = 120;

function ambusher(order: PeopleOrder, begin: number): People['ambush'] {
  const { scenario, scheduler } = order;
  const random = order.random.fork('ambushes');
  const acts: Act[] = [
    (own) => interfere(order, own),
    (own) => interfere(order, own),
    (own) => askToDeploy(order, own),
    (own) => turnRed(order, own),
    (own) => askToRollBack(order, own),
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

function askToDeploy({ clients, scenario, installation }: PeopleOrder, random: Random): Promise<void> {
  const { name } = pick(random, scenario.services);
  const workload = workloadNow({ installation }, name);
  // On Kubernetes the same manifests are the same version, so each deployment has a tag of its own.
  const code = workload === null ? pick(random, CODES) : `${pick(random, IMAGES)}:${random.hex(6)}`;
  const knowsNoShares = workload !== null && isWhole(workload.target);
  const strategy = () => (knowsNoShares ? drawWholeStrategy(random) : drawStrategy(random));
  const body = {
    service: name,
    artifact: { image: code },
    strategy: random.chance(0.5) ? strategy() : undefined,
    supersede: random.chance(0.4),
    hotfix: random.chance(0.1),
  };
  const line = `deploy ${code} to ${name}${body.supersede ? ', superseding' : ''}`;
  return clients.ask(deploy(body, { random, who: 'team' }), { line, random });
}

/** A person deploys, notices at once that the code was wrong, deploys over it, and rolls that back too. */
async function changeInHaste({ clients, scenario, scheduler }: PeopleOrder, random: Random): Promise<void> {
  const { name: service, target } = pick(random, scenario.services);
  const code = () => (onCluster(target) === null ? pick(random, CODES) : `${pick(random, IMAGES)}:${random.hex(6)}`);
  for (const supersede of [random.chance(0.5), true]) {
    const artifact = { image: code() };
    const line = `deploy ${artifact.image} to ${service} in haste${supersede ? ', superseding' : ''}`;
    void clients.ask(deploy({ service, artifact, supersede }, { random, who: 'team' }), { line, random });
    await sleep(scheduler, 500 + random.integer(4_000));
  }
  await clients.ask(rollBack(service, { random, who: 'on-call' }), { line: `roll ${service} back in haste`, random });
}

async function askToRetry({ clients, installation }: PeopleOrder, random: Random): Promise<void> {
  const ended = [...installation.ledger.view().deployments.values()].filter(
    (deployment) => deployment.kind === 'rollout' && hasEndedOnStable(deployment),
  );
  const deployment = ended.at(-1);
  if (deployment === undefined) return;
  await clients.ask(retry(deployment, { random, who: 'team' }), { line: `retry ${deployment.id}`, random });
}

/** Sends POST /deploy with a revision. */
function askToDeliver({ clients, scenario }: PeopleOrder, random: Random): Promise<void> {
  const { service = '' } = scenario.pipeline ?? {};
  const revision = random.hex(40);
  const line = `deliver ${revision.slice(0, 8)} to ${service}`;
  return clients.ask(deliver({ service, revision }, { random, who: 'ci' }), { line, random });
}

function askToRelease({ clients, scenario }: PeopleOrder, random: Random): Promise<void> {
  const { service: name = '' } = scenario.pipeline ?? {};
  return clients.ask(release(name, { random, who: 'on-call' }), { line: `release ${name}`, random });
}

async function interfere({ clients, installation }: PeopleOrder, random: Random): Promise<void> {
  const id = pick(random, [...installation.ledger.view().inFlight, '']);
  const deployment = installation.ledger.view().deployments.get(id);
  if (deployment === undefined) return;
  const kind = signalFor(random, deployment.status);
  const caller = { random, who: 'team' };
  const request = kind === 'abort' ? abort(id, caller) : signal({ id, signal: kind }, caller);
  await clients.ask(request, { line: `${kind} ${id}`, random });
}

type Wish = 'abort' | (typeof ADVANCES)[number];

function signalFor(random: Random, status: string): Wish {
  if (status === 'awaitingApproval' && random.chance(0.7)) return 'approve';
  if (status === 'paused' && random.chance(0.5)) return 'resume';
  return pick(random, ['abort', ...ADVANCES] satisfies SignalKind[]);
}

function askToRollBack({ clients, scenario }: PeopleOrder, random: Random): Promise<void> {
  const { name: service } = pick(random, scenario.services);
  return clients.ask(rollBack(service, { random, who: 'on-call' }), { line: `roll ${service} back`, random });
}
