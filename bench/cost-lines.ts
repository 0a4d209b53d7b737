/** What AWS charges for Slipway: quantities from the packaged template and the rehearsal, times a price list. */
import type { PriceList, PriceName } from '../src/rehearse/model/price-list.ts';
import { machinesOf, tasksOf } from '../tests/repo/machine-rules.ts';
import type { Packaged } from '../tests/repo/packaged-template.ts';
import { madeFrom, resourcesOf, valuesAt } from '../tests/repo/template-values.ts';
import { rollOut } from './rollouts.ts';

export interface CostLine {
  readonly what: string;
  readonly count: number;
  readonly price: PriceName;
}

const MINUTES_A_MONTH = 30 * 24 * 60;
/**
 * The metrics of a Lambda function: all its calls, those by its own name and by its alias's name, and its server errors
 * (src/aws/call-counts.ts).
 */
const PREFLIGHT_METRICS = 4;

/** A month without a deployment: the ticks of the clock, and the resources that are always charged. */
export function idleLines(template: Packaged, { assumed }: PriceList): CostLine[] {
  const ticks = resourcesOf(template, 'AWS::Events::Rule').flatMap(([, rule]) => {
    const minutes = valuesAt(rule, 'Properties', 'ScheduleExpression').map(minutesOf);
    const targets = madeFrom(valuesAt(rule, 'Properties', 'Targets', 'Arn'));
    return targets.flatMap((id) =>
      minutes.map((every) => ({ count: MINUTES_A_MONTH / every, gb: gbOf(template, id) })),
    );
  });
  const count = sum(ticks.map((tick) => tick.count));
  const gbSeconds = sum(ticks.map((tick) => tick.count * tick.gb * assumed.tickSeconds));
  return [
    ...invocationLines('ticks of the clock', { count, gbSeconds, assumed }),
    { what: 'metrics that alarms of Slipway watch', count: alarmMetrics(template), price: 'alarmMetric' },
    { what: 'metrics that the clock writes', count: tickMetrics(template), price: 'customMetric' },
    { what: 'dashboards', count: resourcesOf(template, 'AWS::CloudWatch::Dashboard').length, price: 'dashboard' },
    { what: 'keys', count: resourcesOf(template, 'AWS::KMS::Key').length, price: 'key' },
  ];
}

export interface RolloutOrder {
  readonly template: Packaged;
  readonly list: PriceList;
  readonly where?: 'kubernetes';
}

/** A good version through four steps of five minutes, in the rehearsal, with the shipped state machine. */
export async function rolloutLines({ template, list: { assumed }, where }: RolloutOrder): Promise<CostLine[]> {
  const { installation } = await rollOut({ seed: 1, periodSeconds: 60, code: 'good', ...(where && { where }) });
  const execution = installation.workflows.executions().at(-1);
  if (execution?.status !== 'SUCCEEDED') throw new Error('The rehearsed rollout did not succeed.');
  const { deploymentId, states, startedAt, endedAt } = execution;
  const tasks = new Map(taskFunctions(template));
  const called = states.flatMap((state) => tasks.get(state) ?? []);
  const builds = states.filter((state) => /OnCluster$/.test(state)).length;
  const messages = installation.cloud.delivered().filter((message) => message.deploymentId === deploymentId);
  const minutes = ((endedAt ?? startedAt) - startedAt) / 60_000;
  const asked = where === undefined ? PREFLIGHT_METRICS : 0;
  return [
    { what: 'transitions of the state machine', count: states.length, price: 'stateTransition' },
    ...invocationLines('tasks', {
      count: called.length,
      gbSeconds: sum(called.map((id) => gbOf(template, id) * assumed.taskSeconds)),
      assumed,
    }),
    { what: 'requests to the API', count: 1, price: 'apiRequest' },
    { what: 'metrics read', count: Math.ceil(minutes) * assumed.metricsReadAMinute + asked, price: 'metricRead' },
    { what: 'events', count: messages.filter(({ channel }) => channel === 'event').length, price: 'event' },
    { what: 'notices', count: messages.filter(({ channel }) => channel === 'notice').length, price: 'notice' },
    ...(builds === 0
      ? []
      : [{ what: 'minutes of builds', count: builds * assumed.minutesEachBuild, price: 'buildMinute' as const }]),
  ];
}

interface Invocations {
  readonly count: number;
  readonly gbSeconds: number;
  readonly assumed: PriceList['assumed'];
}

function invocationLines(what: string, { count, gbSeconds, assumed }: Invocations): CostLine[] {
  return [
    { what, count, price: 'lambdaRequest' },
    { what: `GB-seconds of ${what}`, count: gbSeconds, price: 'lambdaGbSecond' },
    { what: `DPU of ${what}`, count: count * assumed.dpuEachInvocation, price: 'dpu' },
    { what: `GB of log of ${what}`, count: (count * assumed.logBytesEachInvocation) / 1e9, price: 'logGb' },
  ];
}

/** The function of the template that each state calls. */
function taskFunctions(template: Packaged): [string, string][] {
  return machinesOf(template).flatMap(({ definition, values }) =>
    tasksOf(definition).flatMap(([state, { Parameters = {} }]): [string, string][] => {
      const name = /^\$\{([^}]+)\}$/.exec(String(Parameters.FunctionName))?.[1];
      const [version = ''] = name === undefined ? [] : madeFrom(values[name]);
      const [id] = madeFrom(valuesAt(template.Resources[version], 'Properties', 'FunctionName'));
      return id === undefined ? [] : [[state, id]];
    }),
  );
}

function gbOf({ Resources }: Packaged, id: string): number {
  const [megabytes] = valuesAt(Resources[id], 'Properties', 'MemorySize');
  if (typeof megabytes !== 'number') throw new Error(`${id} has no memory size.`);
  return megabytes / 1_024;
}

function alarmMetrics(template: Packaged): number {
  return sum(
    resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, alarm]) => {
      const metrics = valuesAt(alarm, 'Properties', 'Metrics', 'MetricStat').length;
      return Math.max(1, metrics);
    }),
  );
}

/** A gauge is written at every tick, even when it is 0, when an alarm of Slipway uses its largest value. */
function tickMetrics(template: Packaged): number {
  const gauges = resourcesOf(template, 'AWS::CloudWatch::Alarm').flatMap(([, alarm]) =>
    valuesAt(alarm, 'Properties', 'Namespace').includes('Slipway') &&
    valuesAt(alarm, 'Properties', 'Statistic').includes('Maximum')
      ? valuesAt(alarm, 'Properties', 'MetricName')
      : [],
  );
  return new Set(gauges).size;
}

function minutesOf(schedule: unknown): number {
  const [, number, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(schedule)) ?? [];
  if (number === undefined)
    throw new Error(`${schedule} is no rate that can be counted. Teach it to bench/cost-lines.ts.`);
  return Number(number) * { minute: 1, hour: 60, day: 1_440 }[unit as 'minute' | 'hour' | 'day'];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
