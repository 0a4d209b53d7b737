/** The closing table of the demo: figures measured in the rehearsal cloud, not reported by Slipway. */
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import type { AnswerOf } from '../../api/answers.ts';
import type { ServiceSpec } from '../../domain/service/service-spec.ts';
import type { Embedded } from '../../embedded/embedded.ts';
import { calledAs } from '../../twin/cloud/workload-calls.ts';

export interface Measured {
  readonly outcome: string;
  readonly wholeSeconds: number;
  /** From the first call that could go to the new version; null when the traffic was not rolled back. */
  readonly callToZeroSeconds: number | null;
  /** From the start of the first call that got an error; null when no call did, or the traffic was not rolled back. */
  readonly badToZeroSeconds: number | null;
  /** From the alarm's change of state; null when the alarm did not roll the version back. */
  readonly alarmToZeroSeconds: number | null;
  readonly requests: number;
  readonly harmed: number;
  readonly transitions: number;
}

export function measureRollout(
  { cloud, workflows }: Embedded,
  { shown, spec }: { shown: AnswerOf<'readDeployment'>; spec: ServiceSpec },
): Measured {
  const openedAt = Date.parse(shown.openedAt);
  const { functionName } = calledAs(spec.target);
  const totals = shown.canary === null ? undefined : cloud.totals(functionName).get(shown.canary);
  const zeroAt = zeroSince({ cloud, spec, openedAt, status: shown.status });
  const alarm = cloud.alarms
    .list()
    .find(({ name, state, changedAt }) => spec.alarms.includes(name) && state === 'ALARM' && changedAt >= openedAt);
  return {
    outcome: shown.status,
    wholeSeconds: seconds(openedAt, Date.parse(shown.settledAt ?? shown.openedAt)),
    callToZeroSeconds: zeroAt === null ? null : seconds(calledSince({ cloud, spec, openedAt }) ?? openedAt, zeroAt),
    badToZeroSeconds: zeroAt === null || totals?.firstBadAt == null ? null : seconds(totals.firstBadAt, zeroAt),
    alarmToZeroSeconds: zeroAt === null || alarm === undefined ? null : seconds(alarm.changedAt, zeroAt),
    requests: totals?.requests ?? 0,
    harmed: totals?.harmed ?? 0,
    transitions: workflows.executions().find(({ deploymentId }) => deploymentId === shown.id)?.states.length ?? 0,
  };
}

interface Rolled {
  readonly cloud: Embedded['cloud'];
  readonly spec: ServiceSpec;
  readonly openedAt: number;
  readonly status: string;
}

/** When calls could first go to the new version, measured in Lambda itself. */
function calledSince({ cloud, spec: { target }, openedAt }: Omit<Rolled, 'status'>): number | null {
  const called = calledAs(target);
  return (
    cloud
      .history()
      .find((one) => one.functionName === called.functionName && one.alias === called.alias && one.at >= openedAt)
      ?.at ?? null
  );
}

/** When the canary last lost all calls, measured in Lambda itself or by the pods that take calls. */
function zeroSince({ cloud, spec: { target }, openedAt, status }: Rolled): number | null {
  if (status !== 'rolledBack') return null;
  const called = calledAs(target);
  const change = cloud
    .history()
    .findLast((one) => one.functionName === called.functionName && one.alias === called.alias && one.at >= openedAt);
  return change === undefined || change.canaryPercent > 0 ? null : change.at;
}

function seconds(from: number, to: number): number {
  return Math.round(to - from) / 1_000;
}

/** One column per version, as the terminal shows it. */
export function measuredTable(versions: Readonly<Record<string, Measured>>): string {
  const row = (read: (measured: Measured) => string | number | null) =>
    Object.fromEntries(Object.entries(versions).map(([name, measured]) => [name, read(measured) ?? '-']));
  const shown = new PassThrough();
  new Console(shown).table({
    outcome: row(({ outcome }) => outcome),
    'seconds, whole rollout': row(({ wholeSeconds }) => wholeSeconds),
    'seconds, first call to weight 0': row(({ callToZeroSeconds }) => callToZeroSeconds),
    'seconds, first bad response to weight 0': row(({ badToZeroSeconds }) => badToZeroSeconds),
    'seconds, alarm event to weight 0': row(({ alarmToZeroSeconds }) => alarmToZeroSeconds),
    'calls answered by the version': row(({ requests }) => requests),
    'requests failed or throttled': row(({ harmed }) => harmed),
    'Step Functions transitions': row(({ transitions }) => transitions),
  });
  return `\n${String(shown.read()).trimEnd()}`;
}
