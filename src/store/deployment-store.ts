/** The ledger of deployments in the database. `Deployments` in src/ports says what it promises. */

import { isInFlight } from '../domain/deployment/deployment.ts';
import { isKeyRemembered, onceForRequest } from '../domain/deployment/keyed-request.ts';
import { noSuchDeployment, planChange } from '../domain/deployment/ledger.ts';
import { isSlipwayError } from '../domain/errors.ts';
import { fingerprintIn } from '../domain/lambda/fingerprint.ts';
import type { Clock } from '../ports/clock.ts';
import type { Change, Deployments, Opened, Opening, Recorded, UrgentDeployments } from '../ports/deployments.ts';
import { attempt, type Database, type Orm, transact } from './database.ts';
import { selectByAlarm, selectByOnce, selectHistory, selectLiveAs, selectPromoted } from './deployment-history.ts';
import { selectInFlight, selectRecorded, selectTimeline, selectWatched } from './deployment-queries.ts';
import { readForUpdate, writeChange, writeWait } from './deployment-rows.ts';
import { openWithin, refusedOpening } from './open-deployment.ts';

export function deploymentStore(database: Database, clock: Clock): Deployments {
  const { orm } = database;
  return {
    ...urgentDeploymentStore(database, clock),
    async findByRequest(request) {
      const once = onceForRequest(request);
      if (once === null) return null;
      const [deployment] = await attempt('find what a request opened', () => selectByOnce(orm).execute({ once }));
      return deployment !== undefined && isKeyRemembered(deployment, clock.now()) ? deployment : null;
    },
    listInFlight: () => attempt('list what is in flight', () => selectInFlight(orm).execute()),
    listWatched: (now) => attempt('list what is watched', () => selectWatched(orm).execute({ now })),
    history: (query) => attempt(`read the history of ${query.target}`, () => selectHistory(orm).execute(query)),
    async findPromoted({ target, version }) {
      const what = `find who put ${target} on version ${version}`;
      const [deployment] = await attempt(what, () => selectPromoted(orm).execute({ target, version }));
      return deployment ?? null;
    },
    async liveAs({ target, version }) {
      const what = `find whether version ${version} was live on ${target}`;
      const rows = await attempt(what, () => selectLiveAs(orm).execute({ target, version }));
      return rows.map((row) => fingerprintIn(row, version));
    },
  };
}

/** Leaves out the statements that no urgent rollback needs: they would double the store's part of a bundle. */
export function urgentDeploymentStore(database: Database, clock: Clock): UrgentDeployments {
  const { orm } = database;
  return {
    open: (opening) =>
      transact(database, {
        what: `open a deployment of ${opening.deployment.service}`,
        work: (within) => openWithin(within, { opening, at: clock.now() }),
      })
        .catch(refusedOpening)
        .catch((error) => openedAllTheSame(orm, { opening, error })),
    record: (id, change) =>
      transact(database, {
        what: `record a change of deployment ${id}`,
        work: (within) => recordWithin(within, { id, change, clock }),
      }),
    async read(id) {
      const [recorded] = await attempt(`read deployment ${id}`, () => selectRecorded(orm).execute({ id }));
      if (recorded === undefined) throw noSuchDeployment(id);
      return recorded;
    },
    timeline: (id) => attempt(`read the timeline of ${id}`, () => selectTimeline(orm).execute({ id })),
    findByAlarm: ({ alarm, now }) =>
      attempt(`find who names alarm ${alarm}`, () =>
        selectByAlarm(orm).execute({ alarm, now, named: JSON.stringify(alarm) }),
      ),
  };
}

/** When only the answer of the COMMIT was lost, the deployment is stored. No other opening has its id. */
async function openedAllTheSame(
  orm: Orm,
  { opening, error }: { readonly opening: Opening; readonly error: unknown },
): Promise<Opened> {
  if (!isSlipwayError(error, 'Transient')) throw error;
  const { id } = opening.deployment;
  const [found] = await attempt(`read deployment ${id}`, () => selectRecorded(orm).execute({ id })).catch(() => []);
  if (found === undefined) throw error;
  return { opened: true, deployment: found.deployment, waitToken: null };
}

interface RecordOrder {
  readonly id: string;
  readonly change: (recorded: Recorded) => Change | null;
  readonly clock: Clock;
}

/** Takes three round trips on PostgreSQL: begin and read, write, commit. */
async function recordWithin(orm: Orm, { id, change, clock }: RecordOrder): Promise<Recorded> {
  const stored = await readForUpdate(orm, id);
  if (stored === null) throw noSuchDeployment(id);
  const decided = change(stored);
  if (decided === null) return stored;
  const write = planChange(stored.deployment, { ...decided, at: clock.now() });
  const waitToken =
    decided.wait === undefined ? stored.waitToken : decided.wait === 'answered' ? null : decided.wait.token;
  // The ledger keeps no token of a deployment that has ended. The caller still gets the token, to tell the execution.
  const kept = isInFlight(write.deployment) ? waitToken : null;
  await Promise.all([
    ...writeChange(orm, write),
    ...(kept === stored.waitToken ? [] : [writeWait(orm, { deploymentId: id, token: kept })]),
  ]);
  return { deployment: write.deployment, waitToken };
}
