/** What an alarm that turned red leads to, for one service that names it. */
import { NO_VERSION } from './cluster/workload-record.ts';
import { type Deployment, isInFlight, isWatched } from './deployment.ts';
import { isRetreat } from './signal.ts';

export interface AlarmEvent {
  /** The event's own id: the same when the event is delivered twice. */
  readonly id: string;
  readonly alarm: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly at: number;
  /** CloudWatch's own words: which datapoint crossed which threshold. */
  readonly reason?: string | undefined;
}

export type Remediation =
  | { readonly do: 'takeBack'; readonly deployment: Deployment; readonly because: string }
  | { readonly do: 'undo'; readonly deployment: Deployment; readonly because: string }
  | { readonly do: 'nothing'; readonly because: string };

/**
 * A rollout in flight is taken back, and a promoted one is undone while it is watched. An alarm from before the
 * deployment, or one that it was told to ignore, blames nobody.
 */
export function decideRemediation(
  event: AlarmEvent,
  { latest, now }: { readonly latest: Deployment | null; readonly now: number },
): Remediation {
  if (event.state !== 'ALARM') return nothing(`Alarm ${event.alarm} is ${event.state}`);
  if (latest === null) return nothing('The service has had no deployment');
  if (event.at < latest.openedAt) return nothing(`The alarm is older than deployment ${latest.id}`);
  if (latest.ignoredAlarms.includes(event.alarm))
    return nothing(`Alarm ${event.alarm} was red before deployment ${latest.id}, a hotfix`);
  if (latest.kind === 'rollback') return nothing(`Deployment ${latest.id} is a rollback already`);
  const because = `Alarm ${event.alarm} turned red${event.reason === undefined ? '' : `: ${event.reason}`}`;
  if (isInFlight(latest)) {
    if (isRetreat(latest.signal)) return nothing(`Deployment ${latest.id} is on its way back already`);
    return { do: 'takeBack', deployment: latest, because };
  }
  if (isWatched(latest, now)) {
    if (latest.stable === NO_VERSION)
      return nothing(`Deployment ${latest.id} put the first version live, and there is none to go back to`);
    return { do: 'undo', deployment: latest, because };
  }
  return nothing(`Deployment ${latest.id} has ended as ${latest.status} and is not watched any more`);
}

function nothing(because: string): Remediation {
  return { do: 'nothing', because };
}
