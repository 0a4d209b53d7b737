/** The normal form of a judge, by its kind: every field that may be left out in `slipway.yml` is there. */
import * as z from 'zod/mini';
import { JUDGED_METRICS, type Judge, PERIODS_SECONDS, RULE_METRICS } from '../domain/service/service-spec.ts';
import { DurationForm } from './duration.ts';
import { readsAll } from './reads-all.ts';

const periodSeconds = z.literal(PERIODS_SECONDS);

export const RuleForm = z.object({
  metric: z.enum(RULE_METRICS),
  moreThan: z.number(),
  observedOnly: z.optional(z.boolean()),
});

export const JudgedMetricForm = z.object({
  metric: z.enum(JUDGED_METRICS),
  weight: z.number(),
  observedOnly: z.boolean(),
});

export const AlarmsOnlyForm = z.object({ kind: z.literal('alarms-only') });

export const ThresholdForm = z.object({
  kind: z.literal('threshold'),
  rules: z.array(RuleForm),
  failWhenAtLeast: z.number(),
  ofLastPeriods: z.number(),
  periodSeconds,
  minimumRequests: z.number(),
});

export const SequentialForm = z.object({
  kind: z.literal('sequential'),
  falseRollbackPercent: z.number(),
  harmRatio: z.number(),
  minimumRequests: z.number(),
  metrics: z.array(JudgedMetricForm),
  periodSeconds,
  endsBakesEarly: z.boolean(),
  warmUp: DurationForm,
});

export const MannWhitneyForm = z.object({ kind: z.literal('mann-whitney'), metrics: z.array(z.enum(RULE_METRICS)) });

export const JudgeForm = readsAll<Judge>()(
  z.discriminatedUnion('kind', [AlarmsOnlyForm, ThresholdForm, SequentialForm, MannWhitneyForm]),
);
