/**
 * The state of the rehearsed account: functions, alarms and traffic, as plain data that can be written to a file. The
 * schema is the definition, and a file from elsewhere must match it.
 */
import * as z from 'zod/mini';

/** How a modelled function behaves: the share of calls that fail, and a log-normal latency given by two quantiles. */
const Behaviour = z.object({
  errorPercent: z.number().check(z.minimum(0), z.maximum(100)),
  /** The share of the calls that do not fail but answer with a status of 500; none when left out. */
  serverErrorPercent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  medianMs: z.number().check(z.positive()),
  p99Ms: z.number().check(z.positive()),
  /** The additional time of a call that starts a new instance. */
  coldStartMs: z.optional(z.number()),
  /** The relative deviation of the error rate and of the latency from minute to minute, separately for each version. */
  noisePercent: z.optional(z.number().check(z.minimum(0))),
  /** The answer of a call, when a caller reads it, for example a hook. */
  answer: z.optional(z.unknown()),
});
export type Behaviour = z.infer<typeof Behaviour>;

/** `sha256` names the source as it was published: a version never changes, even when the file does. */
const Code = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('handler'),
    path: z.string(),
    sha256: z.string(),
    /** `handler` when left out. Earlier versions of Slipway left out the fields that follow. */
    exported: z.optional(z.string()),
    format: z.optional(z.enum(['module', 'commonjs'])),
    taskRoot: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('modelled'), behaviour: Behaviour }),
]);
export type Code = z.infer<typeof Code>;

/** The state is `becomes` from `pendingUntil` on; `reason` is AWS's explanation of that state. */
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
  /** When left out, failed calls go nowhere. */
  deadLetterArn: z.optional(z.string()),
  description: z.string(),
  /**
   * The hash of the code as it was published, even when its behaviour changes later. Left out in a file of an earlier
   * version of Slipway.
   */
  codeSha256: z.optional(z.string()),
  timeoutMs: z.number(),
  environment: z.record(z.string(), z.string()),
  publishedAt: z.number(),
  /** When left out, the version is Active from the start. */
  readiness: z.optional(Readiness),
});
export type FunctionVersion = z.infer<typeof FunctionVersion>;

const Alias = z.object({
  functionVersion: z.string(),
  /** Other versions, and their shares as fractions of 1, as in AWS. */
  weights: z.record(z.string(), z.number()),
  revisionId: z.string(),
  provisionedConcurrency: z.number(),
});
export type Alias = z.infer<typeof Alias>;

/** Where the code of a function is on this machine; src/twin/handlers/handler-file.ts finds it. */
const Source = z.object({
  handler: z.optional(z.string()),
  bases: z.array(z.string()),
  within: z.array(z.string()),
  layers: z.array(z.string()),
});
export type Source = z.infer<typeof Source>;

/** In the domain's form: a permission, a mapping or a URL. */
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
  /** When left out, the folder in which the rehearsal was started. */
  source: z.optional(Source),
  /** The next version is published with these settings. */
  roleArn: z.string(),
  deadLetterArn: z.optional(z.string()),
  timeoutMs: z.number(),
  environment: z.record(z.string(), z.string()),
  /** The calls at the same moment; further calls are throttled. */
  concurrency: z.number(),
  /**
   * How the next versions get ready, for example with a snapshot or a network. When left out, they are Active at once.
   */
  preparation: z.optional(Preparation),
  /** When left out, the function has only the tag that lets Slipway change it. */
  tags: z.optional(z.record(z.string(), z.string())),
  /** The triggers that may call the function; none when left out. */
  triggers: z.optional(z.array(Trigger)),
  /** `$LATEST`: the code that was uploaded last, which an alias may serve. Left out until code is uploaded. */
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
   * `Errors` counts only failed invocations, like Lambda; `ErrorRate`, in percent of the requests, also includes server
   * errors. `ServerErrors` and their rate count only answers with a status of 500 or more. A duration is in
   * milliseconds.
   */
  metric: z.enum(['Errors', 'ServerErrors', 'ErrorRate', 'ServerErrorRate', 'Duration', 'DurationP99', 'Throttles']),
  /** The percentile of a Duration; 99 when left out. */
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
  /** When left out, the alarm's actions are on. */
  actionsEnabled: z.optional(z.boolean()),
  state: z.enum(ALARM_STATES),
  reason: z.string(),
  changedAt: z.number(),
  /** The start of the oldest data point behind the state; left out when the state was set by hand. */
  dataFrom: z.optional(z.number()),
});
export type Alarm = z.infer<typeof Alarm>;
export type AlarmDefinition = Omit<Alarm, 'state' | 'reason' | 'changedAt' | 'dataFrom'>;

/** The shape of a day, the outages and the past are for modelled calls only. */
const Load = z.object({
  functionName: z.string(),
  /** The alias or version that is called; `$LATEST` for calls of the function itself. */
  alias: z.string(),
  /** The mean over a day. */
  requestsPerSecond: z.number(),
  /** How far the rate at 15:00 UTC is above that mean, and the rate at 3:00 below it. */
  swingPercent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
  /** The times of outages, and the factor by which more calls of all versions fail. */
  outages: z.optional(
    z.array(z.object({ from: z.number(), until: z.number(), errorFactor: z.number().check(z.minimum(0)) })),
  ),
  /** The events of calls and their weights, as in `rehearsal.event`, and the folders of their files. */
  events: z.optional(z.object({ weights: z.record(z.string(), z.number()), bases: z.array(z.string()) })),
  /**
   * The time of the first call, when it is past. The alias is assumed to have been then as it is when the load is set.
   */
  since: z.optional(z.number()),
});
export type Load = z.infer<typeof Load>;

export const World = z.object({
  schema: z.literal(1),
  functions: z.record(z.string(), LambdaFunction),
  alarms: z.record(z.string(), Alarm),
  /** By `function:alias`. */
  loads: z.record(z.string(), Load),
  /** The last revision of each deleted function, because AWS never gives a revision twice. */
  deleted: z.optional(z.record(z.string(), z.number())),
});
export type World = z.infer<typeof World>;

export function emptyWorld(): World {
  return { schema: 1, functions: {}, alarms: {}, loads: {} };
}
