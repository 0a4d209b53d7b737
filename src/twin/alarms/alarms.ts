/**
 * CloudWatch's alarms. They are evaluated after the end of every period, in the order of their names. A change of state
 * sends one event. Data that arrives late counts at the next evaluation, which reads the whole range again.
 */
import { SlipwayError } from '../../domain/errors.ts';
import type { Alarms } from '../../ports/alarms.ts';
import { alarmEvent, type BusEvent, eventId } from '../events/bus-event.ts';
import { metricsBehind, valueIn } from '../measures/alarm-metrics.ts';
import type { Measurements } from '../measures/measurements.ts';
import type { Random } from '../random.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import type { Alarm, AlarmDefinition, AlarmState, World } from '../world/world.ts';
import { evaluateAlarm, evaluationRange } from './alarm-evaluation.ts';

export interface AlarmsOrder {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly world: World;
  readonly measured: Measurements;
  readonly catchUp: (until: number) => void;
  /** How long after the end of a period its figures have arrived and are evaluated. */
  readonly delayMs: number;
  readonly send: (event: BusEvent) => void;
  readonly afterChange: () => void;
}

export type RehearsedAlarms = ReturnType<typeof rehearsedAlarms>;

export function rehearsedAlarms(order: AlarmsOrder) {
  const { world } = order;
  const setState = stateSetter(order);
  const watch = periodWatcher(order, (periodSeconds, until) => {
    order.catchUp(until);
    for (const alarm of Object.values(world.alarms).sort(byName)) {
      if (alarm.periodSeconds !== periodSeconds) continue;
      const points = dataPoints(order.measured, { alarm, until });
      setState(alarm, {
        ...evaluateAlarm(alarm, { points, current: alarm }),
        dataFrom: dataFrom(alarm, { points, until }),
      });
    }
  });
  for (const { periodSeconds } of Object.values(world.alarms)) watch.begin(periodSeconds);
  return {
    /** A new alarm has no data yet. A changed alarm keeps its state until it is evaluated. */
    putAlarm(definition: AlarmDefinition, state: AlarmState = 'INSUFFICIENT_DATA'): void {
      refuseImpossible(definition);
      const fresh = { state, reason: 'Unchecked: Initial alarm creation', changedAt: order.scheduler.now() };
      world.alarms[definition.name] = { ...fresh, ...world.alarms[definition.name], ...definition };
      watch.begin(definition.periodSeconds);
      order.afterChange();
    },
    deleteAlarm(name: string): void {
      delete world.alarms[name];
      order.afterChange();
    },
    /** Like SetAlarmState in AWS: the state holds until the next evaluation decides otherwise. */
    setAlarmState({ name, state, reason }: { name: string; state: AlarmState; reason: string }): void {
      setState(findAlarm(world, name), { state, reason });
    },
    /**
     * Like DisableAlarmActions and EnableAlarmActions in AWS: the alarm is still evaluated and still sends its event.
     */
    setAlarmActions({ name, enabled }: { name: string; enabled: boolean }): void {
      findAlarm(world, name).actionsEnabled = enabled;
      order.afterChange();
    },
    has: (name: string): boolean => world.alarms[name] !== undefined,
    list: (): readonly Alarm[] => Object.values(world.alarms).sort(byName),
    port: alarmsPort(world),
    close: watch.end,
  };
}

function findAlarm(world: World, name: string): Alarm {
  const alarm = world.alarms[name];
  if (alarm) return alarm;
  throw new SlipwayError('NotFound', `There is no alarm ${name}. Create it, or correct the name.`);
}

function stateSetter({ scheduler, random, afterChange, send }: AlarmsOrder) {
  return (alarm: Alarm, to: Pick<Alarm, 'state' | 'reason' | 'dataFrom'>): void => {
    if (to.state === alarm.state) return;
    const before = { ...alarm };
    Object.assign(alarm, { ...to, dataFrom: to.dataFrom, changedAt: scheduler.now() });
    afterChange();
    send(alarmEvent({ id: eventId(random), alarm, before }));
  };
}

/** One timer for each length of period. It fires when the figures of a period have arrived. */
function periodWatcher({ scheduler, delayMs }: AlarmsOrder, evaluate: (periodSeconds: number, until: number) => void) {
  const timers = new Map<number, Cancel>();
  return {
    begin(periodSeconds: number): void {
      if (timers.has(periodSeconds)) return;
      const periodMs = periodSeconds * 1_000;
      const lastEnd = () => Math.floor((scheduler.now() - delayMs) / periodMs) * periodMs;
      const ring = () => evaluate(periodSeconds, lastEnd());
      const first = scheduler.at(lastEnd() + periodMs + delayMs, () => {
        timers.set(periodSeconds, scheduler.every(periodMs, ring));
        ring();
      });
      timers.set(periodSeconds, first);
    },
    end(): void {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

function refuseImpossible({ name, datapointsToAlarm, evaluationPeriods }: AlarmDefinition): void {
  if (datapointsToAlarm <= evaluationPeriods) return;
  const fact = `Alarm ${name} asks for ${datapointsToAlarm} of ${evaluationPeriods} datapoints, which can never be.`;
  throw new SlipwayError('InvalidRequest', `${fact} Lower datapointsToAlarm.`);
}

function alarmsPort(world: World): Alarms {
  return {
    async read(names) {
      return [...new Set(names)].flatMap((name) => {
        const alarm = world.alarms[name];
        if (!alarm) return [];
        const { state, reason, changedAt, dataFrom, dimensions, treatMissingData, actionsEnabled = true } = alarm;
        const { expression, metrics: behind } = metricsBehind(alarm);
        const metrics = behind.map(({ namespace, name: metric }) => {
          return { namespace, name: metric, dimensions: given(dimensions) };
        });
        const fact = { name, state, reason, changedAt, dataFrom, treatMissingData, actionsEnabled };
        // Metric math uses several metrics, so such an alarm has no single metric.
        const single = expression === null ? (metrics[0] ?? null) : null;
        return [{ ...fact, metric: single, watched: { metrics, queries: [] } }];
      });
    },
  };
}

function given(dimensions: Alarm['dimensions']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dimensions).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Returns the start of the oldest data point that counts. The newest reported points count. */
function dataFrom(
  { evaluationPeriods, periodSeconds }: Alarm,
  { points, until }: { readonly points: readonly (number | null)[]; readonly until: number },
): number | undefined {
  const reported = points.flatMap((point, index) => (point === null ? [] : [index]));
  const oldest = reported.slice(-evaluationPeriods)[0];
  return oldest === undefined ? undefined : until - (points.length - oldest) * periodSeconds * 1_000;
}

function dataPoints(measured: Measurements, { alarm, until }: { alarm: Alarm; until: number }): (number | null)[] {
  const periodMs = alarm.periodSeconds * 1_000;
  const range = evaluationRange(alarm);
  return Array.from({ length: range }, (_, index) =>
    valueIn(measured, { alarm, startsAt: until - (range - index) * periodMs }),
  );
}

function byName(a: Alarm, b: Alarm): number {
  return a.name < b.name ? -1 : 1;
}
