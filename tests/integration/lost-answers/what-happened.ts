/**
 * What a world holds after an operation, without the ids and the times that differ from run to run: an operation whose answer
 * was lost and which was repeated leaves the same as one that was asked once.
 */
import type { Deployment } from '../../../src/domain/deployment.ts';
import { isInFlight } from '../../../src/domain/deployment.ts';
import type { World } from './a-world.ts';
import { rowsOf } from './ledger-invariants.ts';

export interface WhatHappened {
  readonly deployments: readonly object[];
  readonly services: readonly object[];
  readonly runs: readonly object[];
  /** Share of the calls by version; empty where the target is a cluster. */
  readonly live: Readonly<Record<string, number>>;
}

export async function whatHappened(world: World): Promise<WhatHappened> {
  const { lane, ports } = world;
  const deployments = await deploymentsOf(world);
  const nameOf = (id: string | null) => (id === null ? null : deployments.findIndex((one) => one.id === id));
  const services = await rowsOf(
    lane.healthy,
    `select name, revision, (select count(*) from service_revisions r where r.service = s.name) as revisions
      from services s order by name`,
  );
  const runs = await rowsOf(
    lane.healthy,
    `select status, stages, quarantine, revision, (deployment_id is null) as is_waiting,
      (select string_agg(t.kind, ' ' order by t.sequence) from timeline t where t.deployment_id = r.id) as entries
      from pipeline_runs r order by id`,
  );
  return {
    deployments: await Promise.all(
      deployments.map(async ({ id, service, kind, status, stable, canary, atPercent, signal, ...one }) => ({
        ...{ service, kind, status, stable, canary, atPercent, signal: signal?.kind ?? null },
        replaces: nameOf(one.replaces),
        replacedBy: nameOf(one.replacedBy),
        entries: (await ports.deployments.timeline(id)).map((entry) => entry.kind).join(' '),
      })),
    ),
    services: services.map((row) => ({ ...row })),
    runs: runs.map((row) => ({ ...row })),
    live: live(world),
  };
}

/** Oldest first. */
export async function deploymentsOf({ ports }: Pick<World, 'ports'>): Promise<readonly Deployment[]> {
  const { items } = await ports.deployments.list({ limit: 100 });
  return items.toReversed().toSorted((one, other) => one.openedAt - other.openedAt || one.fence - other.fence);
}

function live({ cloud }: World): Readonly<Record<string, number>> {
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

/** What should be over ten seconds after the repeat, without `reconcile`, and is not. */
export async function unfinished(world: World): Promise<readonly string[]> {
  const complaints: string[] = [];
  const split = live(world);
  for (const deployment of (await deploymentsOf(world)).filter(isInFlight)) {
    const { id, kind, status, signal, canary, atPercent } = deployment;
    const execution = await world.workflows.status(kind, id);
    if (execution !== 'running') complaints.push(`The execution of ${id} (${kind}, ${status}) is ${execution}.`);
    if (kind === 'rollback' || status === 'rollingBack') complaints.push(`${id} (${kind}) is still going back.`);
    if (signal !== null && RETREATS.includes(signal.kind)) complaints.push(`${id} has not taken up ${signal.kind}.`);
    const found = canary === null ? 0 : (split[canary] ?? 0);
    if (kind === 'rollout' && Object.keys(split).length > 0 && found !== atPercent)
      complaints.push(`${id} has ${found} % of the calls, and ${atPercent} % on record.`);
  }
  return complaints;
}

const RETREATS: readonly string[] = ['rollBack', 'abort', 'supersede'];
