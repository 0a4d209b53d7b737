/** Converts the evidence of a rollout to the form of the API. */

import type { AlarmNow } from '../../domain/alarms/alarm-now.ts';
import type { PeriodRow } from '../../domain/verdict/period-row.ts';
import type { Replay, ReplayedMetric } from '../../domain/verdict/replay.ts';
import type { KeptLook } from '../../domain/workload/canary-pods.ts';
import type { AlarmView, JudgedMetricView, JudgementView, PeriodView, PodsView } from './explanation-views.ts';
import { isoTime, isoTimeOrNull } from './present.ts';

export function presentPeriod({ startsAt, canary, stable }: PeriodRow): PeriodView {
  return { startsAt: isoTime(startsAt), canary, stable };
}

export function presentAlarm({ name, state, because, since }: AlarmNow): AlarmView {
  return { name, state, because, since: isoTimeOrNull(since) };
}

export function presentLook({ at, kind, rule, because }: KeptLook): PodsView {
  return { at: isoTime(at), kind, rule, because };
}

export function presentJudgement({ kind, because, evidence, limit }: Replay): JudgementView {
  return { kind, because, evidence, limit };
}

export function presentMetric({ series, ...metric }: ReplayedMetric): JudgedMetricView {
  return {
    ...metric,
    // The field `minutes` has periods: its name is part of the API.
    series: series.map(({ name, periods }) => ({
      name,
      minutes: periods.map((period) => ({ ...period, startsAt: isoTime(period.startsAt) })),
    })),
  };
}
