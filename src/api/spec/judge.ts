/** The schema of `judge` in `slipway.yml`: what decides at a judge step, and by which rules. */
import * as z from 'zod/mini';
import { SEQUENTIAL_DEFAULTS } from '../../domain/service/sequential-defaults.ts';
import { JUDGED_METRICS, type Judge, PERIODS_SECONDS, RULE_METRICS } from '../../domain/service/service-spec.ts';
import {
  AlarmsOnlyForm,
  JudgedMetricForm,
  MannWhitneyForm,
  RuleForm,
  SequentialForm,
  ThresholdForm,
} from '../../spec/judge.ts';
import { written } from '../../spec/written.ts';
import { kindOf, listed, says, shown } from '../fields/messages.ts';
import { wholeNumber } from '../fields/whole-number.ts';
import { duration } from './strategy.ts';

const limitError = says((value) => `The limit is ${value}; a limit is a number that is not negative.`);
const Rule = written(RuleForm, {
  metric: z
    .enum(
      RULE_METRICS,
      says((value) => `The metric is ${value}; write ${listed(RULE_METRICS)}.`),
    )
    .check(
      z.describe(
        'What is measured of the new version: failed requests in percent, or the p99 of the durations in milliseconds.',
      ),
    ),
  moreThan: z
    .number(limitError)
    .check(
      z.minimum(0, limitError),
      z.describe('A period fails when its value lies above this; one equal to it passes.'),
    ),
  observedOnly: z.optional(z.boolean().check(z.describe('A dry run: shown, never acted upon.'))),
});

function periodSeconds() {
  const error = says((value) => `The period is ${value} seconds; write 10 or 60.`);
  return z._default(
    z.literal(PERIODS_SECONDS, error).check(z.describe('Length of a period. 10 needs high-resolution metrics.')),
    60,
  );
}

const Threshold = written(ThresholdForm, {
  rules: z
    .array(Rule)
    .check(
      z.minLength(1),
      z.maxLength(10),
      z.describe('Limits on the new version. At least one is not observed only.'),
    ),
  failWhenAtLeast: wholeNumber({ noun: 'number of failed periods', min: 1, max: 60 }).check(
    z.describe('A rule fails when at least so many periods failed. At most ofLastPeriods.'),
  ),
  ofLastPeriods: wholeNumber({ noun: 'number of periods', min: 1, max: 60 }).check(
    z.describe('How many of the last closed periods are looked at.'),
  ),
  periodSeconds: periodSeconds(),
  minimumRequests: z
    ._default(wholeNumber({ noun: 'minimum of requests', min: 1, max: 1_000_000 }), 10)
    .check(z.describe('A period in which the new version had fewer requests does not count.')),
}).check(z.describe('Compares the new version with fixed limits, in the last closed periods.'));

const AlarmsOnly = written(AlarmsOnlyForm, {}).check(z.describe('The alarms of the service decide alone.'));
const JUDGES = ['alarms-only', 'threshold', 'sequential', 'mann-whitney'] as const satisfies readonly Judge['kind'][];
/** The ratios for which the judge keeps evidence; see RATIOS in src/domain/verdict/ratios.ts. */
const HARM_RATIOS = [1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.5, 3, 4, 5] as const;
const falseRollbackError = says(
  (value) => `The share of false rollbacks is ${value} %; write a number from 0.01 to 20.`,
);
const weightError = says((value) => `The weight is ${value}; a weight is a number above 0.`);
const JudgedMetric = written(JudgedMetricForm, {
  metric: z
    .enum(
      JUDGED_METRICS,
      says((value) => `The metric is ${value}; write ${listed(JUDGED_METRICS)}.`),
    )
    .check(
      z.describe('What is compared: the share of failed requests, or the share of slow ones. None is named twice.'),
    ),
  weight: z
    ._default(z.number(weightError).check(z.positive(weightError), z.maximum(1_000_000, weightError)), 1)
    .check(z.describe('Its share of the false rollbacks, relative to the other metric.')),
  observedOnly: z
    ._default(z.boolean(), false)
    .check(z.describe('A dry run: the metric is shown, and never acted upon.')),
});
const Sequential = written(SequentialForm, {
  falseRollbackPercent: z
    ._default(
      z.number(falseRollbackError).check(z.minimum(0.01, falseRollbackError), z.maximum(20, falseRollbackError)),
      SEQUENTIAL_DEFAULTS.falseRollbackPercent,
    )
    .check(z.describe('At most so many in a hundred healthy new versions are ever rolled back by the judge.')),
  harmRatio: z
    ._default(
      z.literal(
        HARM_RATIOS,
        says((value) => `The harm ratio is ${value}; write ${listed(HARM_RATIOS.map(String))}.`),
      ),
      SEQUENTIAL_DEFAULTS.harmRatio,
    )
    .check(z.describe("So many times the stable version's rate of errors, or of slow requests, is harm.")),
  minimumRequests: z
    ._default(wholeNumber({ noun: 'minimum of requests', min: 1, max: 1_000_000 }), SEQUENTIAL_DEFAULTS.minimumRequests)
    .check(z.describe('With fewer requests of either version, nothing is said for the new one.')),
  metrics: z
    ._default(z.array(JudgedMetric).check(z.minLength(1), z.maxLength(JUDGED_METRICS.length)), [
      ...SEQUENTIAL_DEFAULTS.metrics,
    ])
    .check(z.describe('What is compared with the stable version: errors, and the share of slow requests.')),
  periodSeconds: periodSeconds(),
  endsBakesEarly: z
    ._default(z.boolean(), SEQUENTIAL_DEFAULTS.endsBakesEarly)
    .check(z.describe('A bake ends when harm is ruled out. An approval and a pause never do.')),
  warmUp: z
    ._default(duration({ noun: 'warm-up', maxHours: 1, min: 0 }), SEQUENTIAL_DEFAULTS.warmUp)
    .check(z.describe('After the first request of the new version: cold starts are no evidence.')),
}).check(
  z.describe(
    'Compares the new version with the stable one in the same periods, and limits the false rollbacks of a whole rollout.',
  ),
);
const MannWhitney = written(MannWhitneyForm, {
  metrics: z
    .array(
      z.enum(
        RULE_METRICS,
        says((value) => `The metric is ${value}; write ${listed(RULE_METRICS)}.`),
      ),
    )
    .check(
      z.minLength(1),
      z.maxLength(RULE_METRICS.length),
      z.describe('What is compared with the stable version: failed requests in percent, or the p99 of the durations.'),
    ),
}).check(z.describe('Compares the metrics of each minute with those of the stable version, once at each judge step.'));

export const JudgeSchema = z
  .discriminatedUnion('kind', [AlarmsOnly, Threshold, Sequential, MannWhitney], {
    error: ({ input }) => `The kind of judge is ${shown(kindOf(input))}; write ${listed(JUDGES)}.`,
  })
  .check(
    z.describe(
      'Who decides at a judge step: the alarms alone, or the metrics of the new version as well: against limits, or against those of the stable version.',
    ),
  );
