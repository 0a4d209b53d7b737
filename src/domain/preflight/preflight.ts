/**
 * Checks before a deployment is opened. Each check finds a mistake that would otherwise spoil a rollout. For example,
 * CloudWatch takes an alarm that does not exist for OK. An alarm on another version, function or alias never sees the
 * new version.
 */
import { matchProblem, unknownQueries, type Watched } from '../alarms/alarm-match.ts';
import type { AlarmReading } from '../alarms/alarm-reading.ts';
import { commandToMake } from '../alarms/alarm-to-make.ts';
import type { CallersFact } from '../lambda/callers.ts';
import type { LambdaTarget, ServiceSpec } from '../service/service-spec.ts';
import { forTarget, onAlias, targetName, targetRules } from '../service/target.ts';
import { error, type Finding, warning } from './finding.ts';
import { judgeFindings } from './judge-doubts.ts';
import { type LeftoverAlarm, stateFindings } from './preflight-alarm-state.ts';
import { callerFindings } from './preflight-callers.ts';
import { liveFindings, type SettledLive } from './preflight-live.ts';
import { type TagFacts, tagFindings } from './preflight-tags.ts';
import {
  isUnpublished,
  type LiveFact,
  lambdaFindings,
  type RecordedSplit,
  type VersionFacts,
  versionFindings,
} from './preflight-target.ts';
import { specProblems } from './spec-problems.ts';
import { NO_ALARM } from './spec-warnings.ts';
import { errorFindings } from './unseen-errors.ts';

export interface PreflightFacts extends VersionFacts, TagFacts {
  readonly spec: ServiceSpec;
  /** Null when the function or its alias does not exist. Also null for a cluster, which a task looks at later. */
  readonly live: LiveFact | null;
  /** A deployment of the service that is in flight on this target; left out when there is none. */
  readonly own?: RecordedSplit | undefined;
  /** The callers of the function; left out when Slipway has not read them. */
  readonly callers?: CallersFact | undefined;
  /** Other aliases of the function that are targets of services; left out when there are none. */
  readonly siblings?: readonly string[] | undefined;
  /**
   * What Slipway last left on the alias. Null or left out when no deployment is recorded, or when a deployment is in
   * flight.
   */
  readonly settled?: SettledLive | null | undefined;
  /** The stack that created the function, by the function's tag; null or left out when no stack did. */
  readonly stack?: string | null | undefined;
  readonly alarms: readonly AlarmReading[];
  /** Why Slipway could not read the alarms, in words; null or left out when it could. */
  readonly alarmsDenied?: string | null | undefined;
  /** The alarms in the rules of the service's composite alarms. */
  readonly children?: readonly AlarmReading[] | undefined;
  /** The red alarms that are still red because of a version that was rolled back, each with its deployment. */
  readonly leftovers?: readonly LeftoverAlarm[] | undefined;
  readonly hotfix: boolean;
  /**
   * True when no version of the service was ever live. On a cluster, the first deployment brings the traffic that the
   * alarms need.
   */
  readonly isFirst: boolean;
}

/**
 * Returns all findings at once, so that a person can fix everything in one go. Slipway refuses a deployment when one
 * finding is an error.
 */
export function judgePreflight(facts: PreflightFacts): Finding[] {
  return [
    ...targetFindings(facts),
    ...tagFindings(facts),
    ...callFindings(facts),
    ...versionFindings(facts),
    ...alarmFindings(facts),
    ...seenFindings(facts),
    ...timeFindings(facts),
    ...judgeFindings(facts.spec),
  ];
}

function seenFindings({ spec, callers, alarms, children = [] }: PreflightFacts): Finding[] {
  const target = onAlias(spec.target);
  if (target === null || callers?.countsServerErrors === undefined) return [];
  const { triggers, countsServerErrors } = callers;
  return errorFindings({ spec, target, triggers, countsServerErrors, alarms: [...alarms, ...children] });
}

/**
 * Only warns about a spec that was registered before its reader refused a short deadline: the deployment may be the
 * fix.
 */
function timeFindings({ spec }: PreflightFacts): Finding[] {
  return specProblems(spec)
    .filter(({ pointer }) => pointer === '/deadline')
    .map(({ detail }) => warning('deadlineIsEnough', { subject: spec.name, detail }));
}

function targetFindings(facts: PreflightFacts): Finding[] {
  const subject = targetName(facts.spec.target);
  return forTarget(facts.spec.target, {
    lambda: (target) => aliasFindings({ ...facts, target }),
    kubernetes() {
      const detail = 'The cluster is looked at by the first task of each deployment, before anything on it changes.';
      return [warning('clusterIsReady', { subject, detail })];
    },
  });
}

type AliasFacts = Pick<PreflightFacts, 'live' | 'own' | 'isTagged' | 'denied'> & { readonly target: LambdaTarget };

function aliasFindings({ target, live, own, isTagged = true, denied = [] }: AliasFacts): Finding[] {
  if (live !== null) return lambdaFindings({ target, live, own });
  // A function that IAM does not let Slipway read may still exist.
  if (!isTagged || denied.length > 0) return [];
  const subject = targetName(target);
  const detail = `There is no function with alias ${subject}. Create the alias on the version that is live, then check again.`;
  return [error('targetExists', { subject, detail })];
}

/** Findings about the version that has the calls of the alias, and about the callers. */
function callFindings(facts: PreflightFacts): Finding[] {
  const { spec, callers, siblings = [], live, stableVersion, settled = null, stack = null, wantedName, hotfix } = facts;
  const target = onAlias(spec.target);
  if (target === null || live === null || isUnpublished(live)) return [];
  const known = { version: live.stable, fingerprint: stableVersion?.fingerprint ?? null };
  return [
    ...liveFindings({ target, live: known, settled, wantedName, stack }),
    ...(callers === undefined ? [] : callerFindings({ target, callers, siblings, hotfix })),
  ];
}

function alarmFindings({
  spec,
  alarms,
  children = [],
  hotfix,
  isFirst,
  leftovers = [],
  alarmsDenied = null,
}: PreflightFacts): Finding[] {
  if (alarmsDenied !== null) {
    const about = { subject: spec.name, detail: alarmsDenied };
    return [hotfix ? warning('mayBeRead', about) : error('mayBeRead', about)];
  }
  if (spec.alarms.length === 0) {
    return [warning('alarmsNamed', { subject: spec.name, detail: NO_ALARM })];
  }
  const mayBeQuiet = isFirst && targetRules(spec.target).mayBeEmpty;
  const alias = onAlias(spec.target);
  return spec.alarms.flatMap((name) => {
    const reading = alarms.find((alarm) => alarm.name === name);
    if (reading === undefined) {
      const fact = `Alarm ${name} does not exist in this account and region, and CloudWatch would take it for OK.`;
      return [error('alarmExists', { subject: name, detail: `${fact} ${wayToAlarm(name, spec)}` })];
    }
    const matches = alias === null ? [] : matchFindings(reading, { target: alias, children });
    // When the judge is `alarms-only` and all alarms have their actions off, no verdict can be healthy.
    const isBlind = spec.judge.kind === 'alarms-only' && alarms.every(({ actionsEnabled }) => actionsEnabled === false);
    return [
      ...stateFindings(reading, { hotfix, mayBeQuiet, leftover: leftovers.find(({ alarm }) => alarm === name) }),
      ...muteFindings(reading, { isBlind: isBlind && !hotfix }),
      ...matches,
    ];
  });
}

/**
 * One command makes an alarm that the spec describes. For an alarm that the spec only names, Slipway does not know what
 * it should watch.
 */
function wayToAlarm(name: string, { target, describedAlarms = [] }: ServiceSpec): string {
  const described = describedAlarms.find((alarm) => alarm.name === name);
  const alias = onAlias(target);
  if (described === undefined || alias === null) return 'Create it or correct the name.';
  return `Make it as the spec describes it, by slipway adopt or by: ${commandToMake(described, alias)}`;
}

/**
 * CloudWatch still evaluates a muted alarm and tells Slipway about changes. But the team does not want anyone to rely
 * on the alarm.
 */
function muteFindings(
  { name, actionsEnabled = true }: AlarmReading,
  { isBlind }: { readonly isBlind: boolean },
): Finding[] {
  if (actionsEnabled) return [];
  const severity = isBlind ? 'error' : 'warning';
  const detail = `Alarm ${name} has its actions off or suppressed, so its being OK does not count as evidence; when it turns red, the version is still taken back. Switch its actions on.`;
  return [{ severity, check: 'alarmIsHeard', subject: name, detail }];
}

interface MatchOrder {
  readonly target: LambdaTarget;
  readonly children: readonly AlarmReading[];
}

function matchFindings(reading: AlarmReading, order: MatchOrder): Finding[] {
  if (reading.children !== undefined) return compositeFindings(reading, order);
  const { name: subject } = reading;
  const watched = watchedBy(reading);
  const problem = matchProblem(watched, order.target);
  if (problem !== null) return [error('alarmMatchesTarget', { subject, detail: `Alarm ${subject} ${problem}` })];
  return unknownQueries(watched, order.target).map((query) => {
    const detail = `Alarm ${subject} chooses its metrics by a query, and Slipway cannot tell whether that sees ${targetName(order.target)}: ${query}. Name the function in its WHERE clause.`;
    return warning('alarmMatchesTarget', { subject, detail });
  });
}

/**
 * An error when all alarms of a composite alarm miss the target. A warning when only some do, because those can turn
 * the composite alarm red for another target.
 */
function compositeFindings(reading: AlarmReading, order: MatchOrder): Finding[] {
  const { name: subject, children = [] } = reading;
  if (children.length === 0) {
    const detail = `Alarm ${subject} is made of other alarms and its rule names none, so it never changes. Put an alarm on ${targetName(order.target)} into its rule.`;
    return [error('alarmMatchesTarget', { subject, detail })];
  }
  const blind = children.flatMap((name) => blindChild(name, { ...order, within: [subject] }) ?? []);
  if (blind.length === 0) return [];
  const about = { subject, detail: `Alarm ${subject} is made of other alarms: ${blind.join(' ')}` };
  const isBlind = blind.length === children.length;
  return [isBlind ? error('alarmMatchesTarget', about) : warning('alarmMatchesTarget', about)];
}

/**
 * Returns null when the alarm sees the target. CloudWatch accepts rules that form a circle, but evaluates none of them.
 */
function blindChild(name: string, order: MatchOrder & { readonly within: readonly string[] }): string | null {
  if (order.within.includes(name)) {
    return `Alarm ${name} is in a circle of rules (${[...order.within, name].join(', ')}), which CloudWatch does not evaluate. Take it out of one of them.`;
  }
  const child = order.children.find((one) => one.name === name);
  if (child === undefined) return `Alarm ${name} does not exist. Create it, or take it out of the rule.`;
  if (child.children === undefined) {
    const problem = matchProblem(watchedBy(child), order.target);
    return problem === null ? null : `Alarm ${name} ${problem}`;
  }
  if (child.children.length === 0) return `Alarm ${name} has a rule without an alarm, so it never changes.`;
  const blind = child.children.map((one) => blindChild(one, { ...order, within: [...order.within, name] }));
  return blind.every((problem) => problem !== null) ? blind.join(' ') : null;
}

function watchedBy({ watched, metric }: AlarmReading): Watched {
  return watched ?? { metrics: metric === null ? [] : [metric], queries: [] };
}
