/**
 * Invariant 5: no signal is lost, no deployment is rolled back twice, and no freeze, lock or approval blocks a
 * rollback. A signal is lost when it is stored and the wait that it should end goes on. The bound is 5 seconds without
 * a fault since, and otherwise the next looks of `observeRollouts`.
 */
import type { Deployment } from '../../domain/deployment/deployment.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import {
  additions,
  type CheckedWorld,
  type Checker,
  firstComplaint,
  lastTroubleAt,
  type ServedRequest,
} from './checked-world.ts';
import { LONGEST_MS, NETS_MS, PROMPT_MS } from './retreat-in-time.ts';

/**
 * A registration that died is repeated after the machine's longest pause. Until then the stored token is that of the
 * earlier wait.
 */
const REGISTERED_MS = 60_000 + PROMPT_MS;

export function signalsArrive(): Checker {
  const turnedBack = new Map<string, string>();
  const fresh = additions<ServedRequest>();
  return {
    invariant: '5 signals arrive',
    check(world) {
      return (
        firstComplaint(world.inFlight, (deployment) => checkSignal(world, deployment)) ??
        firstComplaint(fresh(world.served), checkRefusal) ??
        checkUndone(world, turnedBack)
      );
    },
    checkAtRest: (world) => firstComplaint(world.ledger.deployments.keys(), (id) => checkOnce(world, id)),
  };
}

function checkSignal(world: CheckedWorld, { id, kind, signal }: Deployment): string | null {
  const { now, ledger, clocksApartMs } = world;
  const lastFaultAt = lastTroubleAt(world);
  // Without a running execution, no wait can be too long; other checkers find an execution that died.
  if (signal === null || !ledger.waits.has(id) || !world.isRunning({ machine: kind, deploymentId: id })) return null;
  const wasStruck = lastFaultAt >= signal.at - REGISTERED_MS - clocksApartMs;
  const bound = wasStruck
    ? Math.min(Math.max(signal.at, lastFaultAt) + NETS_MS, signal.at + LONGEST_MS)
    : signal.at + PROMPT_MS + clocksApartMs;
  if (now <= bound) return null;
  return `${id} still waits ${Math.round((now - signal.at) / 1_000)} s after its ${signal.kind} was written`;
}

/**
 * Complains when a rollback was refused because of a deployment in flight, or had to wait for a request with the same
 * key: Slipway itself blocked it.
 */
function checkRefusal({ does, by, service, error, isAtWork }: ServedRequest): string | null {
  if (isAtWork && (does === 'rollBack' || does === 'abort'))
    return `the ${does} of ${by} was told to wait for its own key`;
  if (does !== 'rollBack' || !isSlipwayError(error, 'Conflict') || error.details.inFlight === undefined) return null;
  return `the rollback of ${service} was refused: ${error.message}`;
}

/** At most one deployment undoes a promoted deployment. */
function checkUndone({ ledger }: CheckedWorld, turnedBack: Map<string, string>): string | null {
  for (const id of ledger.inFlight) {
    const deployment = ledger.deployments.get(id);
    if (deployment?.kind !== 'rollback' || deployment.replaces === null) continue;
    const before = turnedBack.get(deployment.replaces) ?? id;
    if (before !== id) return `${deployment.replaces} is rolled back by ${before}, and once more by ${id}`;
    turnedBack.set(deployment.replaces, id);
  }
  return null;
}

const ENDS = [
  'DeploymentPromoted',
  'DeploymentRolledBack',
  'DeploymentSuperseded',
  'DeploymentFailed',
  'DeploymentUnchanged',
];

function checkOnce({ ledger }: CheckedWorld, id: string): string | null {
  const ends = (ledger.timeline.get(id) ?? []).filter(({ kind }) => ENDS.includes(kind));
  return ends.length === 1 ? null : `${id} has ended ${ends.length} times: ${ends.map(({ kind }) => kind).join(', ')}`;
}
