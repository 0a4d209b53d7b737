/**
 * The state of the rehearsed account: functions, alarms and traffic, as plain data, so that it can be written to a file.
 * The schema is the definition; a file from elsewhere is held to it.
 */
import * as z from 'zod/mini';

/** How a modelled function behaves: the share of calls that fail, and a lognormal latency given by two quantiles. */
const Behaviour = z.object({
  errorPercent: z.number().check(z.minimum(0), z.maximum(100)),
  /** Of the calls that do not fail, the share that is answered with a status of 500; left out: none. */
  serverErrorPercent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  medianMs: z.number().check(z.positive()),
  p99Ms: z.number().check(z.positive()),
  /** What a call takes longer when it starts a new instance. */
  coldStartMs: z.optional(z.number()),
  /** Relative deviation of the error rate, and of the latency, from minute to minute, of each version by itself. */
  noisePercent: z.optional(z.number().check(z.minimum(0))),
  /** What a call answers, when somebody looks at it: a hook, for example. */
  answer: z.optional(z.unknown()),
});
export type Behaviour = z.infer<typeof Behaviour>;

/** `sha256` names the source as it was when it was published: a version never changes, whatever becomes of the file. */
const Code = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('handler'),
    path: z.string(),
    sha256: z.string(),
    /** Left out, `handler`; what follows was left out by the versions before. */
    exported: z.optional(z.string()),
    format: z.optional(z.enum(['module', 'commonjs'])),
    taskRoot: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('modelled'), behaviour: Behaviour }),
]);
export type Code = z.infer<typeof Code>;

/** `becomes` is its state from `pendingUntil` on, and `reason` what AWS says of that state. */
const Readiness = z.object({
  pendingUntil: z.number(),
  becomes: z.enum(['Active', 'Inactive', 'Failed', 'Stopped']),
  reason: z.string(),
});
export type Readiness = z.infer<typeof Readiness>;

const Preparation = z.object({ takesMs: z.number(), becomes: z.enum(['Active', 'Failed']), reason: z.string() });
export type Preparation = z.infer<typeof Preparation>;

const FunctionVersion = z.object({
  version: z.string(),
  code: Code,
  roleArn: z.string(),
  /** Left out, calls that failed go nowhere. */
  deadLetterArn: z.optional(z.string()),
  description: z.string(),
  /** Of the code as it was published, whatever becomes of its behaviour; left out in a file of a version before. */
  codeSha256: z.optional(z.string()),
  timeoutMs: z.number(),
  environment: z.record(z.string(), z.string()),
  publishedAt: z.number(),
  /** Left out, it is Active from the beginning. */
  readiness: z.optional(Readiness),
});
export type FunctionVersion = z.infer<typeof FunctionVersion>;

const Alias = z.object({
  functionVersion: z.string(),
  /** Other versions, and their shares as fractions of 1, as AWS has them. */
  weights: z.record(z.string(), z.number()),
  revisionId: z.string(),
  provisionedConcurrency: z.number(),
});
export type Alias = z.infer<typeof Alias>;

/** Where the code of a function lies on this machine; src/twin/handlers/handler-file.ts says how it is found. */
const Source = z.object({
  handler: z.optional(z.string()),
  bases: z.array(z.string()),
  within: z.array(z.string()),
  layers: z.array(z.string()),
});
export type Source = z.infer<typeof Source>;

/** As the domain has it: a permission, a mapping or a URL. */
const Trigger = z.object({
  kind: z.enum(['permission', 'mapping', 'url']),
  calledAs: z.string(),
  from: z.string(),
  source: z.nullable(z.string()),
  id: z.string(),
  isOff: z.boolean(),
});

const LambdaFunction = z.object({
  name: z.string(),
  /** Left out, the folder in which the rehearsal was started. */
  source: z.optional(Source),
  /** What the next version is published with. */
  roleArn: z.string(),
  deadLetterArn: z.optional(z.string()),
  timeoutMs: z.number(),
  environment: z.record(z.string(), z.string()),
  /** Calls at the same moment; what comes on top is throttled. */
  concurrency: z.number(),
  /** How its next versions get ready, as with a snapshot or a network; left out, they are Active at once. */
  preparation: z.optional(Preparation),
  /** Left out, it has the tag by which Slipway may touch it, and no other. */
  tags: z.optional(z.record(z.string(), z.string())),
  /** What may call it; left out, nothing. */
  triggers: z.optional(z.array(Trigger)),
  /** `$LATEST`: the code as last uploaded, which an alias may serve. Left out, nothing was uploaded yet. */
  latest: z.optional(FunctionVersion),
  lastVersion: z.number(),
  lastRevision: z.number(),
  versions: z.record(z.string(), FunctionVersion),
  aliases: z.record(z.string(), Alias),
});
export type LambdaFunction = z.infer<typeof LambdaFunction>;

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

const Alarm = z.object({
  name: z.string(),
  /**
   * Errors are failed invocations alone, as Lambda counts them; the ErrorRate, in percent of the requests, is of server errors
   * too. ServerErrors and their rate are of answers with a status of 500 or more alone. A duration is in milliseconds.
   */
  metric: z.enum(['Errors', 'ServerErrors', 'ErrorRate', 'ServerErrorRate', 'Duration', 'DurationP99', 'Throttles']),
  /** Of a Duration; left out, 99. */
  percentile: z.optional(z.number()),
  dimensions: z.object({
    FunctionName: z.string(),
    Resource: z.optional(z.string()),
    ExecutedVersion: z.optional(z.string()),
  }),
  periodSeconds: z.number().check(z.multipleOf(10), z.minimum(10)),
  /** N and M of "M out of N". */
  evaluationPeriods: z.int().check(z.minimum(1)),
  datapointsToAlarm: z.int().check(z.minimum(1)),
  threshold: z.number(),
  comparison: z.enum([
    'GreaterThanThreshold',
    'GreaterThanOrEqualToThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  treatMissingData: z.enum(['missing', 'ignore', 'breaching', 'notBreaching']),
  /** Left out, its actions are on. */
  actionsEnabled: z.optional(z.boolean()),
  state: z.enum(ALARM_STATES),
  reason: z.string(),
  changedAt: z.number(),
  /** The start of the oldest datapoint behind the state; left out for one that was set by hand. */
  dataFrom: z.optional(z.number()),
});
export type Alarm = z.infer<typeof Alarm>;
export type AlarmDefinition = Omit<Alarm, 'state' | 'reason' | 'changedAt' | 'dataFrom'>;

/** The shape of a day, outages and the past are for modelled calls only. */
const Load = z.object({
  functionName: z.string(),
  /** The alias that is called, or a version; `$LATEST` for calls of the function itself. */
  alias: z.string(),
  /** Mean over a day. */
  requestsPerSecond: z.number(),
  /** How far the rate at 15:00 UTC lies above that mean, and the rate at 3:00 below it. */
  swingPercent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  /** Times at which so many times as many calls fail, of all versions. */
  outages: z.optional(
    z.array(z.object({ from: z.number(), until: z.number(), errorFactor: z.number().check(z.minimum(0)) })),
  ),
  /** What calls bring, as `rehearsal.event` says, with the weight of each; and where its files lie. */
  events: z.optional(z.object({ weights: z.record(z.string(), z.number()), bases: z.array(z.string()) })),
  /** When the first call came, if that is past: the alias had then what it has when the load is set. */
  since: z.optional(z.number()),
});
export type Load = z.infer<typeof Load>;

export const World = z.object({
  schema: z.literal(1),
  functions: z.record(z.string(), LambdaFunction),
  alarms: z.record(z.string(), Alarm),
  /** By `function:alias`. */
  loads: z.record(z.string(), Load),
  /** By function that was deleted: its last revision, because AWS never gives one a second time. */
  deleted: z.optional(z.record(z.string(), z.number())),
});
export type World = z.infer<typeof World>;

export function emptyWorld(): World {
  return { schema: 1, functions: {}, alarms: {}, loads: {} };
}
