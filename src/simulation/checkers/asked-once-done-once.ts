/**
 * Invariant 17: a request happens once, however often it is repeated. A caller opens at most one deployment, and every
 * answer leads to that deployment. A rollback happens once: it rolls back one rollout, or opens one deployment of the
 * kind rollback.
 */
import { isRetreat, type SignalKind } from '../../domain/deployment/signal.ts';
import type { TimelineEntry } from '../../domain/deployment/timeline.ts';
import { additions, type CheckedWorld, type Checker, firstComplaint, type ServedRequest } from './checked-world.ts';

/** What the requests of a caller did so far. */
interface Done {
  opened: string | null;
  turnedBack: string | null;
  /** The deployment to which the first answer led. */
  answered: string | null;
}

export function askedOnceDoneOnce(): Checker {
  const freshEntries = additions<TimelineEntry>();
  const freshAnswers = additions<ServedRequest>();
  const done = new Map<string, Done>();
  const doneBy = (caller: string): Done => {
    const known = done.get(caller) ?? { opened: null, turnedBack: null, answered: null };
    done.set(caller, known);
    return known;
  };
  return {
    invariant: '17 asked once, done once',
    check(world) {
      const told = firstComplaint(freshEntries(world.entries), (entry) => checkEntry(world, { entry, doneBy }));
      return told ?? firstComplaint(freshAnswers(world.served), (answer) => checkAnswer(answer, doneBy(answer.by)));
    },
  };
}

/**
 * In a simulation each of these callers has its own name, and asks for one thing. Alarms and Slipway itself act again
 * and again.
 */
const CALLER = /^(team|on-call|ci)-/;
/** These callers ask for rollbacks. A deployment that supersedes may meet one rollout after the other. */
const GOES_BACK = /^on-call-/;

interface Told {
  readonly entry: TimelineEntry;
  readonly doneBy: (caller: string) => Done;
}

function checkEntry(world: CheckedWorld, { entry, doneBy }: Told): string | null {
  const { kind, by, deploymentId, data } = entry;
  if (!CALLER.test(by)) return null;
  const done = doneBy(by);
  if (kind === 'DeploymentOpened') {
    if (done.opened !== null) return `${by} asked once, and opened ${done.opened} and ${deploymentId}`;
    done.opened = deploymentId;
  }
  if (!GOES_BACK.test(by)) return null;
  if (kind === 'SignalReceived' && isRetreat({ kind: data.signal as SignalKind })) {
    if (done.turnedBack !== null) return `${by} asked once, and turned ${done.turnedBack} and ${deploymentId} back`;
    done.turnedBack = deploymentId;
  }
  const { opened, turnedBack } = done;
  if (opened === null || turnedBack === null) return null;
  // This is one rollback: the rollout was promoted in the moment in which it was asked to roll back.
  const isOne = world.ledger.deployments.get(opened)?.replaces === turnedBack;
  return isOne ? null : `${by} asked once, turned ${turnedBack} back and opened ${opened}, which does not undo it`;
}

function checkAnswer({ by, deploymentId, key, service }: ServedRequest, done: Done): string | null {
  // A request about one deployment is always answered with that deployment.
  if (deploymentId === null || key === null || service === null) return null;
  const own = done.opened ?? done.turnedBack;
  if (own !== null && own !== deploymentId)
    return `${by} was answered with ${deploymentId}, and what it did was ${own}`;
  done.answered ??= deploymentId;
  const { answered } = done;
  return answered === deploymentId ? null : `${by} was answered with ${answered}, and then with ${deploymentId}`;
}
