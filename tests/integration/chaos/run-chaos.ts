/**
 * Runs sixty clients over three processes on one PostgreSQL whose backends are killed all the time. At the end every
 * invariant of the ledger holds, every message is published, and each target has the split that the ledger says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Deployment, isInFlight } from '../../../src/domain/deployment/deployment.ts';
import type { ServiceSpec } from '../../../src/domain/service/service-spec.ts';
import type { Recorded } from '../../../src/ports/deployments.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openDatabase } from '../../../src/store/postgres.ts';
import { systemClock } from '../../../src/system.ts';
import { portsOf } from '../../contracts/store-sql.ts';
import { aSpec } from '../../domain/a-deployment.ts';
import { brokenInvariants, rowsOf, unpublished } from '../lost-answers/ledger-invariants.ts';
import { type Asked, askForAnything } from './clients.ts';
import { type OneAccount, oneAccount } from './one-account.ts';

export interface ChaosOrder {
  /** The address of a database that sees only its own schema; the chaos run migrates it. */
  readonly url: string;
  readonly seconds: number;
  readonly clients?: number;
  readonly processes?: number;
  readonly services?: number;
}

export interface Chaos extends Pick<Asked, 'requests' | 'repeats'> {
  readonly answers: Readonly<Record<string, number>>;
  readonly deployments: Readonly<Record<string, number>>;
  readonly killed: number;
  /** Milliseconds from the last request until no deployment was in flight any more. */
  readonly settledAfterMs: number;
  readonly complaints: readonly string[];
}

const APPLICATION = 'slipway-chaos';
/** Enough for the longest retries of a machine and two rounds of the safety nets after them. */
const SETTLED_WITHIN_MS = 90_000;

export async function runChaos(order: ChaosOrder): Promise<Chaos> {
  const { seconds, clients = 60, processes = 3, services = 40 } = order;
  const database = openDatabase(order.url);
  const url = new URL(order.url);
  url.searchParams.set('application_name', APPLICATION);
  await migrate(database);
  const stores = portsOf(database, systemClock);
  const specs = Array.from({ length: services }, (_, nth) => specOf(`service-${nth}`));
  for (const spec of specs) await stores.services.write({ spec, by: 'ada', at: systemClock.now() });
  const account = await oneAccount({ url: url.href, processes, specs });
  try {
    const until = performance.now() + seconds * 1_000;
    const names = specs.map(({ name }) => name);
    const [asked, killed] = await Promise.all([
      askForAnything({ addresses: account.addresses, services: names, clients, until }),
      killBackends(order.url, until),
      turnAlarms(account, { names, until }),
    ]);
    const restedAt = performance.now();
    const inFlight = await untilAtRest(account, () => stores.deployments.listInFlight());
    const settledAfterMs = performance.now() - restedAt;
    await account.tick('reconcile');
    const complaints = [
      ...asked.complaints,
      ...inFlight.map(({ deployment: { id, status } }) => `${id} is still ${status}.`),
      ...(await brokenInvariants(database)),
      ...(await unpublished(database)),
      ...(await neverOut(database, account)),
      ...(await otherSplits(account, { names, stores })),
    ];
    const { requests, repeats } = asked;
    const answers = Object.fromEntries([...asked.answers].sort(([one], [other]) => one - other));
    const counts = await rowsOf(
      database,
      'select kind, status, count(*) as of from deployments group by 1, 2 order by 1, 2',
    );
    const deployments = Object.fromEntries(counts.map(({ kind, status, of }) => [`${kind} ${status}`, Number(of)]));
    return { requests, repeats, answers, deployments, killed, settledAfterMs, complaints };
  } finally {
    await account.close();
    await database.close();
  }
}

function specOf(name: string): ServiceSpec {
  return aSpec({
    name,
    target: { kind: 'lambda', function: name, alias: 'live' },
    alarms: [`${name}-errors`],
    strategy: [{ setWeight: 25 }, { bake: { seconds: 1 } }, { setWeight: 60 }, { bake: { seconds: 1 } }, { judge: {} }],
  });
}

/** Kills one backend at a time, chosen at random. Returns the number of killed backends. */
async function killBackends(url: string, until: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let killed = 0;
  while (performance.now() < until) {
    await sleep(50 + Math.random() * 450);
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from
        (select pid from pg_stat_activity where application_name = $1 order by random() limit 1) as one`,
      [APPLICATION],
    );
    killed += rowCount ?? 0;
  }
  await client.end();
  return killed;
}

interface Named {
  readonly names: readonly string[];
}

async function turnAlarms({ cloud }: OneAccount, { names, until }: Named & { readonly until: number }): Promise<void> {
  while (performance.now() < until) {
    await sleep(500 + Math.random() * 1_500);
    const name = `${names[Math.floor(Math.random() * names.length)]}-errors`;
    cloud.alarms.setAlarmState({ name, state: 'ALARM', reason: 'chaos' });
    await sleep(1_000);
    cloud.alarms.setAlarmState({ name, state: 'OK', reason: 'chaos' });
  }
}

async function untilAtRest(
  account: OneAccount,
  inFlight: () => Promise<readonly Recorded[]>,
): Promise<readonly Recorded[]> {
  const { workflows } = account;
  const endsAt = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const left = await inFlight();
    // No client is left that would resume a paused deployment.
    for (const { deployment } of left) if (deployment.status === 'paused') await abort(account, deployment);
    if (left.length === 0 && workflows.running().length === 0) return left;
    if (performance.now() > endsAt) return left;
    await sleep(200);
  }
}

async function abort({ addresses }: OneAccount, { id }: Deployment): Promise<void> {
  const body = JSON.stringify({ reason: 'The chaos is over' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${addresses[0]}/deployments/${id}/abort`, { method: 'POST', headers, body });
}

/** Messages that are recorded as published and were never published. */
async function neverOut(database: Parameters<typeof rowsOf>[0], { published }: OneAccount): Promise<readonly string[]> {
  const rows = await rowsOf(database, 'select id from outbox where published');
  return rows.filter(({ id }) => !published.has(String(id))).map(({ id }) => `Message ${id} was never published.`);
}

async function otherSplits(
  { cloud }: OneAccount,
  { names, stores }: Named & { readonly stores: ReturnType<typeof portsOf> },
): Promise<readonly string[]> {
  const complaints: string[] = [];
  for (const service of names) {
    const { items } = await stores.deployments.list({ service, limit: 100 });
    const [latest] = items.filter(tellsTheSplit).toSorted((one, other) => other.fence - one.fence);
    const { functionVersion, weights } = cloud.lambda.getAlias(service, { alias: 'live' });
    const expected = latest === undefined ? '1' : versionAfter(latest);
    const found = Object.values(weights).some((weight) => weight > 0) ? 'a split' : functionVersion;
    if (found !== expected) complaints.push(`${service} is on ${found}, and on ${expected} on record (${latest?.id}).`);
  }
  return complaints;
}

/** A deployment that was superseded, or that never published a version, does not determine the split of its target. */
function tellsTheSplit(deployment: Deployment): boolean {
  return !isInFlight(deployment) && deployment.status !== 'superseded' && deployment.stable !== null;
}

function versionAfter({ status, stable, canary }: Deployment): string | null {
  return status === 'promoted' ? canary : stable;
}
