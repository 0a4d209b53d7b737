/**
 * What a world holds after an operation, without the ids and the times that differ from run to run. An operation whose
 * answer was lost, and which was repeated, leaves the same as an operation that was called once.
 */
import { type Deployment, isInFlight } from '../../../src/domain/deployment/deployment.ts';
import { RETREATS } from '../../../src/domain/deployment/signal.ts';
import type { TimelineEntry } from '../../../src/domain/deployment/timeline.ts';
import type { World } from './a-world.ts';
import { rowsOf } from './ledger-invariants.ts';

/** Facts by name, such as `deployment 2 status: promoted`. */
export type WhatHappened = Readonly<Record<string, string>>;

export async function whatHappened(world: World): Promise<WhatHappened> {
  const facts: Record<string, string> = { 'live versions': JSON.stringify(liveSplit(world)) };
  const note = (about: string, fields: Readonly<Record<string, unknown>>) => {
    for (const [field, value] of Object.entries(fields)) facts[`${about} ${field}`] = String(value);
  };
  for (const [nth, deployment] of (await deploymentsOf(world)).entries()) {
    const { id, service, kind, status, stable, canary, atPercent, signal } = deployment;
    const timeline = await world.ports.deployments.timeline(id);
    const versions = { stable, canary, atPercent, entries: entriesOf(timeline) };
    note(`deployment ${nth + 1}`, { service, kind, status: ENDS[status] ?? status, signal: signal?.kind, ...versions });
  }
  for (const { name, ...service } of await rowsOf(world.lane.healthy, SERVICES)) note(`service ${name}`, service);
  for (const [nth, run] of (await rowsOf(world.lane.healthy, RUNS)).entries()) {
    const { stages, ...fields } = run;
    const parsed = JSON.parse(String(stages)) as readonly { readonly name: string; readonly status: string }[];
    note(`run ${nth + 1}`, { ...fields, stages: parsed.map(({ name, status }) => `${name} ${status}`).join(', ') });
  }
  return facts;
}

/** Returns what differs from the run without a fault; empty when nothing differs. */
export function differences(whole: WhatHappened, found: WhatHappened): readonly string[] {
  const names = [...new Set([...Object.keys(whole), ...Object.keys(found)])];
  return names
    .filter((name) => whole[name] !== found[name])
    .map((name) => `${name}: ${found[name] ?? 'none'}, and not ${whole[name] ?? 'none'}`);
}

const SERVICES = `select name, revision, updated_by,
  (select count(*) from service_revisions r where r.service = s.name) as revisions from services s order by name`;

/** Slipway may handle events of the same moment in any order. */
const RUNS = `select status, stages, quarantine, revision, (deployment_id is null) as is_waiting,
  (select string_agg(t.kind, ' ' order by t.kind) from timeline t where t.deployment_id = r.id) as entries
  from pipeline_runs r order by id`;

/**
 * A rollout that is superseded may end by itself between the two calls. In both cases its traffic is back on stable.
 */
const ENDS: Readonly<Record<string, string>> = { superseded: 'gone', rolledBack: 'gone' };
const ENTRIES: Readonly<Record<string, string>> = { DeploymentSuperseded: 'Gone', DeploymentRolledBack: 'Gone' };

/**
 * A hook may run twice, by its contract, and then the timeline records both runs. A rollout that ends at once takes up
 * no signal.
 */
function entriesOf(timeline: readonly TimelineEntry[]): string {
  const kinds = timeline.map(({ kind }) => ENTRIES[kind] ?? kind).filter((kind) => kind !== 'SignalTakenUp');
  return kinds.filter((kind, nth) => kind !== 'HookPassed' || kinds[nth - 1] !== kind).join(' ');
}

/** Returns the oldest deployment first. */
export async function deploymentsOf({ ports }: Pick<World, 'ports'>): Promise<readonly Deployment[]> {
  const { items } = await ports.deployments.list({ limit: 100 });
  return items.toSorted((one, other) => one.openedAt - other.openedAt || one.fence - other.fence);
}

/** The share of the calls by version; empty when the target is on a cluster. */
function liveSplit({ cloud }: World): Readonly<Record<string, number>> {
  const { lambda } = cloud;
  try {
    const { functionVersion, weights } = lambda.getAlias('checkout', { alias: 'live' });
    const canaries = Object.entries(weights).map(([version, weight]) => [version, Math.round(weight * 100)] as const);
    const rest = canaries.reduce((left, [, percent]) => left - percent, 100);
    return Object.fromEntries([[functionVersion, rest], ...canaries]);
  } catch {
    return {};
  }
}

/** Returns what should be finished ten seconds after the repeat, without `reconcile`, and is not. */
export async function unfinished(world: World): Promise<readonly string[]> {
  const complaints: string[] = [];
  const split = liveSplit(world);
  for (const deployment of (await deploymentsOf(world)).filter(isInFlight)) {
    const { id, kind, status, signal, canary, atPercent } = deployment;
    const execution = await world.workflows.status(kind, id);
    if (execution !== 'running') complaints.push(`The execution of ${id} (${kind}, ${status}) is ${execution}.`);
    if (kind === 'rollback' || status === 'rollingBack') complaints.push(`${id} (${kind}) is still going back.`);
    if (isRetreat(signal?.kind)) complaints.push(`${id} has not taken up the signal ${signal?.kind}.`);
    const found = canary === null ? 0 : (split[canary] ?? 0);
    if (kind === 'rollout' && Object.keys(split).length > 0 && found !== atPercent)
      complaints.push(`${id} has ${found} % of the calls, and ${atPercent} % on record.`);
  }
  return complaints;
}

function isRetreat(kind: string | undefined): boolean {
  return (RETREATS as readonly (string | undefined)[]).includes(kind);
}
