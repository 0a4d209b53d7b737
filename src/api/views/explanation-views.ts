/**
 * The schemas of `explain`: the evidence for each verdict, period by period. They are for the OpenAPI document and the
 * client's types.
 */
import * as z from 'zod/mini';
import { ALARM_STATES } from '../../domain/alarms/alarm-now.ts';
import { DeploymentView, TimelineEntryView } from './views.ts';

const Time = z.iso.datetime().check(z.describe('ISO 8601, in UTC.'));
const list = <T extends z.ZodMiniType>(type: T) => z.readonly(z.array(type));
const evidence = z.number().check(z.describe('Natural logarithm of the evidence that the new version is worse.'));
const limit = z.number().check(z.describe('At which it goes back for that alone; a natural logarithm as well.'));
const because = z.string().check(z.describe('The same in words.'));

const VersionPeriod = z.object({
  requests: z.number(),
  errors: z
    .number()
    .check(
      z.describe(
        'Invocations that failed, timeouts among them, and server errors. Throttled calls are neither requests nor errors.',
      ),
    ),
  serverErrors: z
    .optional(z.number())
    .check(
      z.describe('Of the errors, the answers with a status of 500 or more; left out: none, or nobody counts them.'),
    ),
  durationP99Ms: z.nullable(z.number()),
  slower: z.optional(list(z.number())).check(z.describe('Requests slower than each latency of the baseline.')),
});
export const PeriodView = z
  .object({ startsAt: Time, canary: VersionPeriod, stable: VersionPeriod })
  .check(z.meta({ id: 'Period' }));
export type PeriodView = z.output<typeof PeriodView>;

const Counts = z.nullable(z.object({ requests: z.number(), count: z.number() }));
const JudgedPeriod = z
  .object({
    startsAt: Time,
    canary: Counts.check(z.describe('Null where the count was not measured, or cannot be.')),
    stable: Counts,
    ratio: z
      .nullable(z.number())
      .check(z.describe("Of the new version's rate to the stable one's, up to this period.")),
    from: z.number().check(z.describe('The interval of the ratio that holds at every look at once.')),
    to: z.nullable(z.number()).check(z.describe('Null: nothing rules out any higher ratio.')),
    evidence,
    limit,
    because,
  })
  .check(z.meta({ id: 'JudgedPeriod' }));
export const JudgedMetricView = z
  .object({
    name: z.string(),
    observedOnly: z.boolean(),
    series: list(z.object({ name: z.string(), minutes: list(JudgedPeriod) })),
    evidence,
    limit,
    because,
  })
  .check(z.meta({ id: 'JudgedMetric' }));
export type JudgedMetricView = z.output<typeof JudgedMetricView>;

const Judgement = z
  .object({ kind: z.enum(['healthy', 'unhealthy', 'inconclusive']), because, evidence, limit })
  .check(z.meta({ id: 'Judgement' }));
export type JudgementView = z.output<typeof Judgement>;

const PodsView = z
  .object({ at: z.iso.datetime(), kind: z.enum(['healthy', 'unhealthy', 'inconclusive']), rule: z.string(), because })
  .check(z.meta({ id: 'PodsSeen' }));
export type PodsView = z.output<typeof PodsView>;

const AlarmView = z
  .object({
    name: z.string(),
    state: z
      .enum(ALARM_STATES)
      .check(z.describe('`missing`: there is no such alarm. `unknown`: CloudWatch gave no answer just now.')),
    because,
    since: z.nullable(Time).check(z.describe('When the state last changed; null when that is not known.')),
  })
  .check(z.meta({ id: 'AlarmNow' }));
export type AlarmView = z.output<typeof AlarmView>;

export const Explanation = z.object({
  deployment: DeploymentView,
  verdicts: list(TimelineEntryView).check(z.describe('Each verdict, and how the deployment ended.')),
  turningPoints: list(TimelineEntryView).check(
    z.describe('What led to them: first errors, signals, failed hooks and tasks, rollbacks.'),
  ),
  alarms: list(AlarmView).check(
    z.describe(
      'The present state of the alarms of the spec. Empty when the deployment is neither in flight nor watched.',
    ),
  ),
  periods: list(PeriodView).check(
    z.describe(
      'What both versions did: the rows that the verdicts rest on. They are kept for `evidenceDays` (90 by default) after the deployment has ended; then this is empty, and `verdicts` still says what was decided and why.',
    ),
  ),
  judgement: z
    .nullable(Judgement)
    .check(
      z.describe(
        'What the judge says of these periods; null for a judge that is not sequential, and when the periods are gone.',
      ),
    ),
  pods: list(PodsView).check(
    z.describe(
      'What each look at the pods of a workload said, oldest first: a look that said what the one before had said is left out. Empty for Lambda.',
    ),
  ),
  metrics: list(JudgedMetricView).check(z.describe('By metric and period; empty for a judge that is not sequential.')),
});
