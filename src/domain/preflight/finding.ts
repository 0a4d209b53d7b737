/**
 * A finding of preflight: a fact, and what a person can do about it. Slipway refuses a deployment when one finding is
 * an error.
 */

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly check:
    | 'targetExists'
    | 'targetIsOwn'
    | 'targetTagged'
    | 'hookIsTagged'
    | 'mayBeRead'
    | 'triggersUseAlias'
    | 'liveIsOurs'
    | 'targetIsPublished'
    | 'targetIsWhole'
    | 'versionExists'
    | 'codeIsThere'
    | 'versionIsNew'
    | 'versionIsReady'
    | 'sameRole'
    | 'sameDeadLetters'
    | 'noProvisionedConcurrency'
    | 'alarmExists'
    | 'alarmHasData'
    | 'alarmMatchesTarget'
    | 'alarmIsQuiet'
    | 'alarmIsHeard'
    | 'alarmsNamed'
    | 'errorsAreSeen'
    | 'deadlineIsEnough'
    | 'judgeDecides'
    | 'handlerRuns'
    | 'handlerIsLive'
    | 'clusterIsReady'
    | 'brakeIsReady'
    | 'managedByOthers';
  /** What was checked: the name of an alarm, an alias or a version. */
  readonly subject: string;
  /** The fact and the next step. */
  readonly detail: string;
}

type About = Pick<Finding, 'subject' | 'detail'>;

export function error(check: Finding['check'], about: About): Finding {
  return { severity: 'error', check, ...about };
}

export function warning(check: Finding['check'], about: About): Finding {
  return { severity: 'warning', check, ...about };
}
