/**
 * Checks that the calls of a function come through the alias that Slipway moves. A permission alone does not prove that
 * its principal calls, so the check also uses the calls of the last day. Decision 40 says which findings are errors.
 */
import {
  type CallersFact,
  type CallShares,
  callerKey,
  mayCallAlias,
  sharesOfCalls,
  type Trigger,
} from '../lambda/callers.ts';
import { PIN_PREFIX } from '../lambda/pin.ts';
import { removalOf, triggerInWords, wayToAlias } from '../lambda/trigger-words.ts';
import { LATEST } from '../lambda/version-fact.ts';
import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import type { Finding } from './finding.ts';

export interface CallerFacts {
  readonly target: LambdaTarget;
  readonly callers: CallersFact;
  /** Other aliases of the function that are targets of services in Slipway. */
  readonly siblings: readonly string[];
  /** True for a hotfix. Then every finding is a warning, because the team already has an incident. */
  readonly hotfix: boolean;
}

const CHECK = 'triggersUseAlias';
const GUIDE = 'docs/how-to has the snippet for each tool (adopt).';

/**
 * When no trigger is visible, fewer direct calls than this, or a smaller share, may come from a person who tries
 * something.
 */
const CALLS_OF_A_PERSON = 10;
const PERCENT_OF_A_PERSON = 5;

export function callerFindings(facts: CallerFacts): Finding[] {
  const { target, callers, siblings, hotfix } = facts;
  const shares = callers.calls === null ? null : sharesOfCalls(callers.calls, { alias: target.alias, siblings });
  const weighed: Weighed = { ...facts, shares };
  const findings = [
    ...directFindings(weighed),
    ...otherFindings(weighed),
    ...callers.unread.map((detail) => finding(target, { severity: 'warning', detail })),
  ];
  return hotfix ? findings.map((one) => ({ ...one, severity: 'warning' })) : findings;
}

interface Weighed extends CallerFacts {
  /** Null when Slipway could not read the calls. */
  readonly shares: CallShares | null;
}

/** Finds calls that bypass the alias and call the function itself: code that is uploaded is live for them at once. */
function directFindings(weighed: Weighed): Finding[] {
  const { target, callers, shares } = weighed;
  const direct = callers.triggers.filter(({ calledAs }) => calledAs === LATEST);
  const groups = [...Map.groupBy(direct, callerKey).values()].flatMap((same) => same.slice(0, 1));
  const isPast = (trigger: Trigger) => !isLeftOver(trigger, weighed);
  const past = groups.filter(isPast);
  const found = past.map((trigger) => finding(target, { severity: 'error', detail: pastInWords(trigger, target) }));
  const left = groups.filter((trigger) => !isPast(trigger));
  return [
    ...(shares === null || shares.direct === 0 ? [] : [shareFinding(shares, { target, hasTriggers: past.length > 0 })]),
    ...found,
    ...left.map((trigger) => finding(target, { severity: 'warning', detail: leftInWords(trigger, target) })),
  ];
}

/** True when there is no evidence that the trigger still calls the function itself. */
function isLeftOver(trigger: Trigger, { target: { alias }, callers: { triggers }, shares }: Weighed): boolean {
  if (trigger.kind === 'mapping') return trigger.isOff === true;
  const isMoved = mayCallAlias(triggers, { trigger, alias });
  if (shares === null || shares.total === 0) return isMoved;
  return shares.direct === 0 || (isMoved && shares.hasStopped);
}

function shareFinding(
  shares: CallShares,
  { target, hasTriggers }: { readonly target: LambdaTarget; readonly hasTriggers: boolean },
): Finding {
  const { total, direct, hasStopped } = shares;
  const percent = (100 * direct) / total;
  const isMany = direct >= CALLS_OF_A_PERSON && percent >= PERCENT_OF_A_PERSON && !hasStopped;
  const fact = `${percentInWords(percent)} of the calls go past the alias: in the last day ${direct} of ${total} called function ${target.function} itself, and not ${targetName(target)}.`;
  const harm = 'New code is live for them as soon as it is uploaded, and no rollback reaches them.';
  const who = 'No trigger of the function itself is to be seen, so it is callers with rights of their own';
  const step = hasTriggers
    ? `Point the triggers at the alias. ${GUIDE}`
    : `${who} (an SDK, a state machine, a schedule of EventBridge Scheduler, a person): have them call ${targetName(target)}. If they were moved just now, check again in ten minutes.`;
  const since = hasStopped ? 'The alias has had calls since, and the function itself none.' : step;
  return finding(target, { severity: hasTriggers || isMany ? 'error' : 'warning', detail: `${fact} ${harm} ${since}` });
}

function percentInWords(percent: number): string {
  return percent > 0 && percent < 1 ? 'Less than 1 %' : `${Math.floor(percent)} %`;
}

function pastInWords(trigger: Trigger, target: LambdaTarget): string {
  const verb = trigger.kind === 'mapping' ? 'calls' : 'may call';
  const fact = `${triggerInWords(trigger)} ${verb} function ${target.function} itself, and not the alias ${targetName(target)}, so new code would be live for it as soon as it is uploaded.`;
  return `${fact} ${wayToAlias(trigger, target)}. ${GUIDE}`;
}

function leftInWords(trigger: Trigger, target: LambdaTarget): string {
  const fact = trigger.isOff
    ? `${triggerInWords(trigger)} would call function ${target.function} itself, and is switched off.`
    : `${triggerInWords(trigger)} may still call function ${target.function} itself, and it seems that it does not any more.`;
  const step = `If it was moved to the alias, remove what is left: ${removalOf(trigger, target)}`;
  return `${fact} ${step}. Otherwise: ${lowerFirst(wayToAlias(trigger, target))}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * Finds calls by another alias or by a version number. A rollout does not reach these callers, with a bad version or
 * with a good one. The team may want that, so it is only a warning. It is an error when the alias has no call at all:
 * then a rollout would try its version on no call.
 */
function otherFindings({ target, callers: { triggers, calls }, shares, siblings }: Weighed): Finding[] {
  const isOther = (name: string) =>
    name !== LATEST && name !== target.alias && !siblings.includes(name) && !name.startsWith(PIN_PREFIX);
  const counts = shares?.others ?? new Map<string, number>();
  const seen = triggers.filter(({ calledAs, ...trigger }) => isOther(calledAs) && isBusy(trigger, calls === null));
  const names = new Set([...counts.keys(), ...seen.map(({ calledAs }) => calledAs)].filter(isOther));
  const isUncalled = shares?.ofAlias === 0 && !triggers.some(({ calledAs }) => calledAs === target.alias);
  return [...names].map((name) => {
    const count = counts.get(name) ?? 0;
    const by = triggers.filter(({ calledAs }) => calledAs === name);
    const detail = otherInWords(target, { name, count, total: shares?.total ?? 0, by, isUncalled });
    return finding(target, { severity: isUncalled ? 'error' : 'warning', detail });
  });
}

/** A permission without a call is no evidence, unless the calls are unknown. */
function isBusy({ kind, isOff = false }: Omit<Trigger, 'calledAs'>, isUnknown: boolean): boolean {
  return !isOff && (kind !== 'permission' || isUnknown);
}

interface OtherName {
  readonly name: string;
  readonly count: number;
  readonly total: number;
  readonly by: readonly Trigger[];
  readonly isUncalled: boolean;
}

function otherInWords(target: LambdaTarget, { name, count, total, by, isUncalled }: OtherName): string {
  const other = `${target.function}:${name}`;
  const what = /^\d+$/.test(name) ? `version ${name}` : `the alias ${other}`;
  const part = count === 0 ? '' : ` (${count} of the ${total} calls of the last day)`;
  const callers = [...new Set(by.map(triggerInWords))];
  const who = callers.length === 0 ? 'Callers' : callers.join('; ');
  const fact = `${who} call ${what}${part}, so a rollout of ${targetName(target)} does not reach them.`;
  const nobody = isUncalled
    ? ` Nobody calls ${targetName(target)}, so a rollout would try its version on no call.`
    : '';
  const ways = by.map((trigger) => `${triggerInWords(trigger)}: ${lowerFirst(wayToAlias(trigger, target))}.`);
  const step = `If that is not meant, have them call ${targetName(target)}${/^\d+$/.test(name) ? '' : `, or make ${other} the target of a service`}.`;
  return [`${fact}${nobody} ${step}`, ...ways].join(' ');
}

function finding(target: LambdaTarget, { severity, detail }: Pick<Finding, 'severity' | 'detail'>): Finding {
  return { severity, check: CHECK, subject: targetName(target), detail };
}
