/**
 * Invariant 9: on a cluster, pods and calls match the workload's record. A canary that was rolled back has no calls
 * after a while, because pods take time to start. At rest there are only pods of stable, all ready unless that version
 * never becomes ready. A workload that another person changed is checked after its last deployment.
 */

import { isFoundVersion } from '../../domain/workload/found-deployment.ts';
import { NO_VERSION } from '../../domain/workload/workload-record.ts';
import {
  type CheckedWorld,
  type Checker,
  firstComplaint,
  type HandKind,
  isHalfReplaced,
  sharesInWords,
} from './checked-world.ts';
import { LONGEST_MS } from './retreat-in-time.ts';
import { workloadNames } from './workload-names.ts';

export function podsFollow(): Checker {
  /** The time since which the calls have differed from the record. */
  const astray = new Map<string, number>();
  return {
    invariant: '9 pods follow the record',
    check: (world) => firstComplaint(ownServices(world), (service) => checkCanary(world, { service, astray })),
    checkAtRest: (world) => firstComplaint(ownServices(world), (service) => checkRest(world, service)),
  };
}

/** These changes touch no pod and no call, so they are no excuse. */
const HARMLESS: ReadonlySet<HandKind> = new Set(['versionsDeleted', 'recordDeleted', 'routeChanged']);

/** The services on the cluster whose objects are as Slipway left them. */
function ownServices(world: CheckedWorld): string[] {
  const { targets, hands, lastDeployments, ledger } = world;
  // A change of a node concerns every service.
  const isTouched = (name: string) =>
    hands.some(({ service, did }) => (service === name || did === 'nodes') && !HARMLESS.has(did));
  const isDeployedSince = (name: string) =>
    lastDeployments.some(
      ({ service, deploymentId }) =>
        service === name && ledger.deployments.get(deploymentId ?? '')?.status === 'promoted',
    );
  return workloadNames([...targets].map(([name, target]) => ({ name, target }))).filter(
    (name) => (!isTouched(name) && !isHalfReplaced(world, name)) || isDeployedSince(name),
  );
}

/** A version without calls in the record gets no calls for long, whatever crashed. */
function checkCanary(
  world: CheckedWorld,
  { service, astray }: { readonly service: string; readonly astray: Map<string, number> },
): string | null {
  const wanted = world.shares(service);
  // The pods belong to another tool, and no deployment over them was requested yet.
  const isForeign = (version: string) => version === 'unknown' && wanted.size === 0;
  const stray = [...world.calls(service).keys()].filter(
    (version) => version !== 'nobody' && !wanted.has(version) && !isForeign(version),
  );
  if (stray.length === 0) {
    astray.delete(service);
    return null;
  }
  const since = astray.get(service) ?? world.now;
  astray.set(service, since);
  if (world.now <= Math.max(since, world.lastFaultAt ?? 0) + LONGEST_MS) return null;
  return `${service} has calls on version ${stray.join(', ')} for ${Math.round((world.now - since) / 1_000)} s; its record wants ${sharesInWords(wanted)}`;
}

function checkRest(world: CheckedWorld, service: string): string | null {
  const [wanted, ...others] = [...world.shares(service).keys()];
  if (others.length > 0) return `the record of ${service} still wants ${sharesInWords(world.shares(service))} at rest`;
  const pods = world.pods(service);
  const stray = pods.filter(({ version }) => version !== wanted);
  if (stray.length > 0)
    return `${service} has ${stray.map(({ version, total }) => `${total} pods of ${version}`).join(', ')} at rest, and wants ${wanted}`;
  if (wanted === undefined || wanted === NO_VERSION) return null;
  const unready = pods.find(({ ready, total }) => ready < total);
  if (pods.length === 0 && isHalfAdopted(world, { service, wanted })) return null;
  if (pods.length === 0) return `${service} has no pod at rest, and wants ${wanted}`;
  return unready === undefined ? null : `${service} has ${unready.ready} of ${unready.total} pods ready at rest`;
}

/**
 * A plan that died in the middle of an adoption: the pods exist and answer, and the next deployment continues the
 * adoption (decision 43).
 */
function isHalfAdopted({ ledger }: CheckedWorld, { service, wanted }: { service: string; wanted: string }): boolean {
  const own = [...ledger.deployments.values()].filter((deployment) => deployment.service === service);
  return isFoundVersion(wanted) && own.every(({ stable }) => stable === null);
}
