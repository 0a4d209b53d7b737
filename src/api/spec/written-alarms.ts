/**
 * Converts alarms between `slipway.yml` and the domain. The file mixes names and descriptions; the domain has the
 * names, and separately the descriptions.
 */

import { type Duration, durationMs } from '../../domain/duration.ts';
import { alarmNameOf, type DescribedAlarm } from '../../domain/service/described-alarm.ts';
import type { FieldProblem, ServiceSpec } from '../../domain/service/service-spec.ts';
import { shown } from '../fields/messages.ts';

export const PERCENT = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/;
export const MILLISECONDS = /^(\d{1,6}(?:\.\d{1,3})?)\s*ms$/;
export const OVER = /^([1-9]\d?) minutes?$/;

type Over = string | { readonly minutes: number };
/** The name of an existing alarm, or the description of an alarm. */
export type WrittenAlarm =
  | string
  | { readonly errorsAbove: string; readonly over: Over; readonly name?: string | undefined }
  | { readonly serverErrorsAbove: string; readonly over: Over; readonly name?: string | undefined }
  | {
      readonly latencyAbove: string;
      readonly percentile: number;
      readonly over: Over;
      readonly name?: string | undefined;
    };

/** A spec in the form of `slipway.yml` and of the API's answers, so that an answer can be sent back in a PUT. */
export type WrittenSpec = Omit<ServiceSpec, 'alarms' | 'describedAlarms'> & {
  readonly alarms: readonly WrittenAlarm[];
};

export function specRead({ alarms, ...spec }: WrittenSpec): ServiceSpec {
  return { ...spec, ...alarmsRead({ name: spec.name, alarms }) };
}

export function specWritten({ describedAlarms = [], alarms, ...spec }: ServiceSpec): WrittenSpec {
  const written = alarms.map((one) => {
    const described = describedAlarms.find((alarm) => alarm.name === one);
    return described === undefined ? one : alarmWritten(described);
  });
  return { ...spec, alarms: written };
}

type Written = Pick<WrittenSpec, 'name' | 'alarms'>;

/** A spec without a described alarm does not get the field, so that it stays equal to the stored spec. */
function alarmsRead({ name: service, alarms }: Written): Pick<ServiceSpec, 'alarms' | 'describedAlarms'> {
  const described = alarms.flatMap((alarm) => (typeof alarm === 'string' ? [] : [alarmDescribed(alarm, service)]));
  const names = namesOf({ name: service, alarms });
  return described.length === 0 ? { alarms: names } : { alarms: names, describedAlarms: described };
}

export function alarmProblems(written: Written): FieldProblem[] {
  const names = namesOf(written);
  return names.flatMap((one, index) => {
    if (names.indexOf(one) === index) return [];
    const isDescribed = typeof written.alarms[index] !== 'string';
    const way = isDescribed ? 'Give this one a name of its own.' : 'Take one out.';
    return [{ pointer: `/alarms/${index}`, detail: `The alarm ${shown(one)} is named twice. ${way}` }];
  });
}

function namesOf({ name: service, alarms }: Written): string[] {
  return alarms.map((alarm) => (typeof alarm === 'string' ? alarm : alarmDescribed(alarm, service).name));
}

function alarmDescribed(alarm: Exclude<WrittenAlarm, string>, service: string): DescribedAlarm {
  const over = overRead(alarm.over);
  const named = (kind: DescribedAlarm['kind']) => alarm.name ?? alarmNameOf(service, kind);
  if ('latencyAbove' in alarm) {
    const aboveMs = numberIn(alarm.latencyAbove, MILLISECONDS);
    return { kind: 'latency', name: named('latency'), aboveMs, percentile: alarm.percentile, over };
  }
  if ('errorsAbove' in alarm)
    return { kind: 'errors', name: named('errors'), abovePercent: numberIn(alarm.errorsAbove, PERCENT), over };
  const abovePercent = numberIn(alarm.serverErrorsAbove, PERCENT);
  return { kind: 'serverErrors', name: named('serverErrors'), abovePercent, over };
}

function alarmWritten(alarm: DescribedAlarm): WrittenAlarm {
  const { kind, name, over: length } = alarm;
  const over = { minutes: durationMs(length) / 60_000 };
  switch (kind) {
    case 'latency':
      return { latencyAbove: `${alarm.aboveMs} ms`, percentile: alarm.percentile, over, name };
    case 'errors':
      return { errorsAbove: `${alarm.abovePercent} %`, over, name };
    case 'serverErrors':
      return { serverErrorsAbove: `${alarm.abovePercent} %`, over, name };
  }
}

function overRead(over: string | { readonly minutes: number }): Duration {
  return typeof over === 'string' ? { minutes: numberIn(over, OVER) } : over;
}

export function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? Number.NaN);
}
