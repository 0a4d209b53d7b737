/**
 * Gathers the facts for a preflight in as few calls as possible. A refusal by IAM is a fact too, and does not end the
 * preflight.
 */

import type { AlarmReading } from '../../domain/alarms/alarm-reading.ts';
import { type Deployment, isInFlight } from '../../domain/deployment/deployment.ts';
import { outOfTheWay } from '../../domain/deployment/next-step.ts';
import type { Traced } from '../../domain/deployment/target-history.ts';
import { TURN_CALLS_MAX } from '../../domain/deployment/turns.ts';
import { type FunctionTags, isManaged, OWNER_TAG, STACK_TAG } from '../../domain/lambda/owner-tag.ts';
import type { VersionFact } from '../../domain/lambda/version-fact.ts';
import type { PreflightFacts } from '../../domain/preflight/preflight.ts';
import type { LeftoverAlarm } from '../../domain/preflight/preflight-alarm-state.ts';
import { settledLive } from '../../domain/preflight/preflight-live.ts';
import type { RecordedSplit } from '../../domain/preflight/preflight-target.ts';
import { leftoverOf } from '../../domain/remediation/leftover-alarms.ts';
import type { LambdaTarget, ServiceSpec } from '../../domain/service/service-spec.ts';
import { onAlias, targetName } from '../../domain/service/target.ts';
import type { Alarms } from '../../ports/alarms.ts';
import type { Callers } from '../../ports/callers.ts';
import type { Owners } from '../../ports/owners.ts';
import type { Services } from '../../ports/services.ts';
import type { Live, Traffic } from '../../ports/traffic.ts';
import type { Versions } from '../../ports/versions.ts';
import { isRefused, orDenied, orNull, type Refused } from '../steps/or-null.ts';
import { readAlarms } from '../steps/read-alarms.ts';
import { readCallers } from '../steps/read-callers.ts';
import { historyOf } from '../steps/read-target-history.ts';
import { requireTurn, type TurnPorts } from '../steps/take-turn.ts';

export interface PreflightPorts extends TurnPorts {
  readonly traffic: Traffic;
  readonly versions: Versions;
  readonly alarms: Alarms;
  readonly owners: Owners;
  readonly callers: Callers;
  readonly services: Pick<Services, 'list'>;
}

export interface PreflightQuestion {
  readonly spec: ServiceSpec;
  /** The requested version; null when a version is published from code later. */
  readonly wantedName: string | null;
  /** The code in `$LATEST` when the request asks for it; it has already been read. */
  readonly latest?: VersionFact | null | undefined;
  readonly hotfix: boolean;
  /** The target's deployments, the latest first, as far back as needed to know what was made live there. */
  readonly traces: readonly Traced[];
}
export interface Facts extends PreflightFacts {
  readonly live: Live | null;
}

/** Throws Transient with the time to come back when Lambda takes no more calls now. Then nothing has changed. */
export async function gatherFacts(ports: PreflightPorts, question: PreflightQuestion): Promise<Facts> {
  const { spec, wantedName, latest = null, hotfix, traces } = question;
  const past = traces.map(({ deployment }) => deployment);
  const isFirst = !past.some(({ status, kind }) => kind === 'rollout' && status === 'promoted');
  const about = { spec, wantedName, hotfix, isFirst };
  const hooks = hookFunctions(spec);
  const target = onAlias(spec.target);
  const looks = target === null ? 0 : CALLS + (wantedName === null || latest !== null ? 0 : 1);
  const calls = looks + hooks.length;
  if (calls > 0) {
    const claimant = `preflight ${spec.name} ${ports.clock.now()}`;
    await requireTurn(ports, { claimant, calls: Math.min(calls, TURN_CALLS_MAX) });
  }
  const [untaggedHooks, alarmsRead] = await Promise.all([
    untaggedAmong(ports.owners, hooks),
    orDenied(readAlarms(ports.alarms, spec.alarms)),
  ]);
  const known = alarmFacts(alarmsRead);
  const leftovers = leftoversIn(known.alarms, { history: historyOf(traces), now: ports.clock.now() });
  const seen = { ...about, untaggedHooks, ...known, leftovers };
  if (target === null) return { ...seen, ...UNSEEN };
  const tags = await orDenied(orNull(ports.owners.tags(target.function)));
  // Without the tag, IAM refuses every other call, so the check makes none of them.
  if (tags === null || (!isRefused(tags) && !isManaged(tags))) {
    return { ...seen, ...UNSEEN, isTagged: tags === null };
  }
  const own = ownSplit(past, target);
  return { ...seen, own, ...tagFacts(tags), ...(await lambdaFacts(ports, { ...question, target })) };
}

const UNSEEN = { live: null, stableVersion: null, wanted: null };

/**
 * GetAlias, GetProvisionedConcurrencyConfig, ListTags, one read of a version, and three of the four reads of the
 * callers. The fourth, GetPolicy, has its own limit at Lambda.
 */
const CALLS = 7;

function tagFacts(tags: FunctionTags | Refused) {
  return isRefused(tags) ? {} : { ownerTag: tags[OWNER_TAG] ?? null, stack: tags[STACK_TAG] ?? null };
}

function alarmFacts(read: Awaited<ReturnType<typeof readAlarms>> | Refused) {
  return isRefused(read) ? { alarms: [] as AlarmReading[], alarmsDenied: read.refused } : read;
}

/** The alarms that are still red because of a version that was rolled back on this target. */
function leftoversIn(alarms: readonly AlarmReading[], since: Parameters<typeof leftoverOf>[1]) {
  return alarms.flatMap((alarm): readonly LeftoverAlarm[] => {
    const cause = alarm.state === 'ALARM' ? leftoverOf(alarm, since) : null;
    return cause === null ? [] : [{ alarm: alarm.name, deploymentId: cause.id, version: cause.canary }];
  });
}

type LambdaQuestion = PreflightQuestion & { readonly target: LambdaTarget };

async function lambdaFacts(
  ports: PreflightPorts,
  { target, wantedName, latest = null, hotfix, traces }: LambdaQuestion,
) {
  const { traffic, versions } = ports;
  const [live, wanted, called] = await Promise.all([
    orDenied(orNull(traffic.read(target))),
    wantedName === null ? null : (latest ?? orDenied(describe(versions, { target, version: wantedName }))),
    readCallers(ports, { target, hotfix }),
  ]);
  const stableVersion =
    live === null || isRefused(live) ? null : await orDenied(orNull(versions.describe(target, live.stable)));
  const refusals = [live, wanted, stableVersion].flatMap((read) => (isRefused(read) ? read.refused : []));
  // Each version gives the same refusal, so duplicates are removed.
  const denied = [...new Set(refusals)];
  const settled = settledLive(historyOf(traces));
  return { live: known(live), wanted: known(wanted), stableVersion: known(stableVersion), denied, settled, ...called };
}

function known<T>(read: T | Refused): T | null {
  return isRefused(read) ? null : read;
}

/** The split of this target as the latest deployment recorded it, while that deployment is in flight. */
function ownSplit([latest]: readonly Deployment[], target: LambdaTarget): RecordedSplit | undefined {
  if (latest === undefined || !isInFlight(latest)) return undefined;
  if (targetName(latest.spec.target) !== targetName(target)) return undefined;
  const { id: deploymentId, stable, canary, atPercent } = latest;
  return { deploymentId, stable, canary, atPercent, nextStep: outOfTheWay(latest).words };
}

async function describe(
  versions: Versions,
  { target, version }: { readonly target: LambdaTarget; readonly version: string },
): Promise<VersionFact | 'missing'> {
  return (await orNull(versions.describe(target, version))) ?? 'missing';
}

/** The names of the functions that are called as hooks, each once. */
function hookFunctions({ hooks: { beforeTraffic, afterTraffic } }: ServiceSpec): readonly string[] {
  const names = [...beforeTraffic, ...afterTraffic].flatMap((hook) => ('function' in hook ? hook.function : []));
  return [...new Set(names.map((name) => name.replace(/^(.*:function:)?([\w-]+)(:.*)?$/, '$2')))];
}

/** A hook that does not exist is not found here: it fails when it runs, with a message that says so. */
async function untaggedAmong(owners: Owners, names: readonly string[]): Promise<readonly string[]> {
  const tags = await Promise.all(names.map((name) => orDenied(orNull(owners.tags(name)))));
  return names.filter((_name, index) => {
    const found = tags[index] ?? null;
    return found !== null && !isRefused(found) && !isManaged(found);
  });
}
