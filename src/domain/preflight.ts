/**
 * What is checked before a deployment is opened, each item a trap that has cost somebody a rollback: CloudWatch takes
 * an alarm that does not exist for OK, and a weighted alias excludes provisioned concurrency.
 */
import type { LambdaTarget, ServiceSpec, Target } from './service-spec.ts';

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly check:
    | 'targetExists'
    | 'targetIsWhole'
    | 'versionExists'
    | 'versionIsNew'
    | 'sameRole'
    | 'noProvisionedConcurrency'
    | 'alarmExists'
    | 'alarmHasData'
    | 'alarmMatchesTarget'
    | 'alarmIsQuiet'
    | 'alarmIsHeard'
    | 'alarmsNamed'
    | 'clusterIsReady';
  /** The thing that was checked: an alarm's name, an alias, a version. */
  readonly subject: string;
  /** The fact and the next step. */
  readonly detail: string;
}

export interface VersionFact {
  readonly version: string;
  readonly roleArn: string;
}

export interface AlarmReading {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Of a metric alarm on one metric; null for composite and metric-math alarms. */
  readonly metric: { readonly namespace: string; readonly dimensions: Readonly<Record<string, string>> } | null;
  /** When the state last changed, in epoch milliseconds. */
  readonly changedAt: number;
  /** False when somebody muted the alarm: by its own switch, or by the suppressor of a composite alarm. Left out: true. */
  readonly actionsEnabled?: boolean;
}

export interface PreflightFacts {
  readonly spec: ServiceSpec;
  /** Null: the function or its alias does not exist; or the target is on a cluster, which is looked at later. */
  readonly live: {
    readonly stable: string;
    readonly canaryPercent: number;
    readonly provisionedConcurrency: number;
  } | null;
  readonly stableVersion: VersionFact | null;
  /** The version to be: null when it is published only later; `missing` when the request names one that is not there. */
  readonly wanted: VersionFact | 'missing' | null;
  readonly wantedName: string | null;
  readonly alarms: readonly AlarmReading[];
  readonly hotfix: boolean;
  /** No version of the service was ever live: on a cluster, the first deployment brings the traffic that alarms look at. */
  readonly isFirst: boolean;
}

/** All findings at once, so that a person mends everything in one go. A deployment is refused when one is an error. */
export function judgePreflight(facts: PreflightFacts): Finding[] {
  return [...targetFindings(facts), ...versionFindings(facts), ...alarmFindings(facts)];
}

/** `checkout:live`, or `shop/orders on production` for namespace, workload and cluster. */
export function targetName(target: Target): string {
  switch (target.kind) {
    case 'lambda':
      return `${target.function}:${target.alias}`;
    case 'kubernetes':
      return `${target.namespace}/${target.workload} on ${target.cluster}`;
  }
}

function targetFindings({ spec, live }: PreflightFacts): Finding[] {
  const subject = targetName(spec.target);
  if (spec.target.kind === 'kubernetes') {
    const detail = 'The cluster is looked at by the first task of each deployment, before anything on it changes.';
    return [{ severity: 'warning', check: 'clusterIsReady', subject, detail }];
  }
  if (live === null) {
    return [
      error('targetExists', {
        subject,
        detail: `There is no function with alias ${subject}. Create the alias on the version that is live, then check again.`,
      }),
    ];
  }
  const findings: Finding[] = [];
  if (live.canaryPercent > 0) {
    findings.push(
      error('targetIsWhole', {
        subject,
        detail: `The alias already splits its traffic (${live.canaryPercent} % on a second version), and not for Slipway. Put it on one version first.`,
      }),
    );
  }
  if (live.provisionedConcurrency > 0) {
    findings.push(
      error('noProvisionedConcurrency', {
        subject,
        detail: `The alias has provisioned concurrency (${live.provisionedConcurrency}), which excludes a weighted alias. Remove it, or move it to the version.`,
      }),
    );
  }
  return findings;
}

function versionFindings({ live, stableVersion, wanted, wantedName }: PreflightFacts): Finding[] {
  if (wanted === null || wantedName === null) return [];
  if (wanted === 'missing') {
    return [
      error('versionExists', {
        subject: wantedName,
        detail: `Version ${wantedName} does not exist. Publish it, or name one that does.`,
      }),
    ];
  }
  const findings: Finding[] = [];
  if (live !== null && live.stable === wanted.version) {
    findings.push(
      error('versionIsNew', {
        subject: wanted.version,
        detail: `Version ${wanted.version} already holds all the traffic. There is nothing to deploy.`,
      }),
    );
  }
  if (stableVersion !== null && stableVersion.roleArn !== wanted.roleArn) {
    findings.push(
      error('sameRole', {
        subject: wanted.version,
        detail: `Version ${wanted.version} runs as ${wanted.roleArn} and the live version as ${stableVersion.roleArn}; both behind an alias need the same role. Publish it with the live role.`,
      }),
    );
  }
  return findings;
}

function alarmFindings({ spec, alarms, hotfix, isFirst }: PreflightFacts): Finding[] {
  if (spec.alarms.length === 0) {
    return [
      {
        severity: 'warning',
        check: 'alarmsNamed',
        subject: spec.name,
        detail: 'The service names no alarm, so no alarm can take a bad version back. Name at least one.',
      },
    ];
  }
  return spec.alarms.flatMap((name) => {
    const reading = alarms.find((alarm) => alarm.name === name);
    if (reading === undefined) {
      return [
        error('alarmExists', {
          subject: name,
          detail: `Alarm ${name} does not exist in this account and region, and CloudWatch would take it for OK. Create it or correct the name.`,
        }),
      ];
    }
    const matches = spec.target.kind === 'lambda' ? matchFindings(reading, spec.target) : [];
    const mayBeQuiet = isFirst && spec.target.kind === 'kubernetes';
    // Where alarms alone judge and none of them has its actions on, no verdict could ever be healthy.
    const isBlind = spec.judge.kind === 'alarms-only' && alarms.every(({ actionsEnabled }) => actionsEnabled === false);
    return [
      ...stateFindings(reading, { hotfix, mayBeQuiet }),
      ...muteFindings(reading, { isBlind: isBlind && !hotfix }),
      ...matches,
    ];
  });
}

/** CloudWatch evaluates a muted alarm, and Slipway still hears of its change; but its team has said not to act on it. */
function muteFindings(
  { name, actionsEnabled = true }: AlarmReading,
  { isBlind }: { readonly isBlind: boolean },
): Finding[] {
  if (actionsEnabled) return [];
  const severity = isBlind ? 'error' : 'warning';
  const detail = `Alarm ${name} has its actions off or suppressed, so its being OK does not count as evidence; when it turns red, the version is still taken back. Switch its actions on.`;
  return [{ severity, check: 'alarmIsHeard', subject: name, detail }];
}

function stateFindings(
  { name, state }: AlarmReading,
  { hotfix, mayBeQuiet }: { readonly hotfix: boolean; readonly mayBeQuiet: boolean },
): Finding[] {
  switch (state) {
    case 'OK':
      return [];
    case 'INSUFFICIENT_DATA':
      return [
        {
          severity: mayBeQuiet ? 'warning' : 'error',
          check: 'alarmHasData',
          subject: name,
          detail: `Alarm ${name} has no data, so it cannot fire. ${mayBeQuiet ? 'It should have some once the first version has traffic.' : 'Check its dimensions, or wait until the service has had traffic.'}`,
        },
      ];
    case 'ALARM': {
      const detail = `Alarm ${name} is already red. ${hotfix ? 'It does not count against this hotfix.' : 'If this deployment is the fix, repeat it with "hotfix": true; the alarm then does not count against it.'}`;
      return [{ severity: hotfix ? 'warning' : 'error', check: 'alarmIsQuiet', subject: name, detail }];
    }
  }
}

/** Only Lambda's own metrics say which function they are of; another namespace is taken at its word. */
function matchFindings({ name, metric }: AlarmReading, target: LambdaTarget): Finding[] {
  if (metric === null || metric.namespace !== 'AWS/Lambda') return [];
  const { FunctionName: functionName, Resource: resource } = metric.dimensions;
  const wantedResource = targetName(target);
  if (functionName !== target.function) {
    return [
      error('alarmMatchesTarget', {
        subject: name,
        detail: `Alarm ${name} watches ${functionName ?? 'all functions'}, not ${target.function}. Set its FunctionName dimension.`,
      }),
    ];
  }
  if (resource !== undefined && resource !== wantedResource) {
    return [
      error('alarmMatchesTarget', {
        subject: name,
        detail: `Alarm ${name} watches ${resource}, not ${wantedResource}. Set its Resource dimension.`,
      }),
    ];
  }
  return [];
}

function error(check: Finding['check'], about: Pick<Finding, 'subject' | 'detail'>): Finding {
  return { severity: 'error', check, ...about };
}
