/**
 * Finds errors of a service that no alarm and no judge would see. Lambda counts only failed invocations. It counts no
 * answer with a status of 500, no message that a function gives back, and no message that waits too long.
 */
import type { WatchedMetric } from '../alarms/alarm-match.ts';
import type { AlarmReading } from '../alarms/alarm-reading.ts';
import { SERVER_ERRORS } from '../alarms/server-errors.ts';
import type { Trigger } from '../lambda/callers.ts';
import type { LambdaTarget, ServiceSpec } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { type Finding, warning } from './finding.ts';

/** The part of a trigger that tells which kinds of errors its calls can have. */
export type CallerFact = Pick<Trigger, 'kind' | 'from' | 'source' | 'isOff'>;

export interface ErrorFacts {
  readonly spec: Pick<ServiceSpec, 'judge'>;
  readonly target: LambdaTarget;
  readonly triggers: readonly CallerFact[];
  /**
   * True when the function has written the metric of its server errors in the last day, also when every value was 0.
   */
  readonly countsServerErrors: boolean;
  /** The alarms of the service, and the alarms in the rules of its composite alarms. */
  readonly alarms: readonly AlarmReading[];
}

export function errorFindings(facts: ErrorFacts): Finding[] {
  const known = { ...facts, triggers: facts.triggers.filter(({ isOff = false }) => !isOff) };
  return [...serverErrorFindings(known), ...queueFindings(known), ...streamFindings(known)];
}

const OF_FUNCTIONS: readonly string[] = ['AWS/Lambda', SERVER_ERRORS.namespace];
const HTTP_PRINCIPALS: readonly string[] = [
  'apigateway.amazonaws.com',
  'elasticloadbalancing.amazonaws.com',
  'vpc-lattice.amazonaws.com',
];

function serverErrorFindings({ spec, target, triggers, countsServerErrors, alarms }: ErrorFacts): Finding[] {
  const http = triggers.find(
    ({ kind, from }) => kind === 'url' || (kind === 'permission' && HTTP_PRINCIPALS.includes(from)),
  );
  // An alarm on an API or on a load balancer sees a status of 500. A team's own metric is trusted.
  if (http === undefined || watches(alarms, isOfTheCaller)) return [];
  const isAlarmed = watches(alarms, ({ namespace }) => namespace === SERVER_ERRORS.namespace);
  if (countsServerErrors && (isAlarmed || spec.judge.kind !== 'alarms-only')) return [];
  const who = http.kind === 'url' ? 'a function URL' : inWords(http.from);
  const fact = `Function ${target.function} is behind ${who}, and Lambda does not count an answer with a status of 500 as an error, so a version that answers it to every call would be found healthy.`;
  const count = `Count them: copy a wrapper from examples/adopt/wrappers into the function.`;
  const alarm = `Alarm on them: in the spec alarms: [{ errorsAbove: 1 %, over: 1 minute }], or an alarm on ${SERVER_ERRORS.name} in ${SERVER_ERRORS.namespace}.`;
  const steps = [...(countsServerErrors ? [] : [count]), ...(isAlarmed ? [] : [alarm])];
  return [finding(target, `${fact} ${steps.join(' ')}`)];
}

function isOfTheCaller({ namespace, name = '' }: WatchedMetric): boolean {
  return !OF_FUNCTIONS.includes(namespace) || name === 'Url5xxCount';
}

function inWords(principal: string): string {
  switch (principal) {
    case 'apigateway.amazonaws.com':
      return 'an API';
    case 'elasticloadbalancing.amazonaws.com':
      return 'a load balancer';
    default:
      return 'a service network';
  }
}

function queueFindings({ target, triggers, alarms }: ErrorFacts): Finding[] {
  const queues = triggers.filter(({ kind, from }) => kind === 'mapping' && QUEUES.includes(from));
  if (queues.length === 0 || watches(alarms, ({ namespace }) => namespace === 'AWS/SQS')) return [];
  const names = queues.map(nameOf).join(' and ');
  const fact = `Function ${target.function} reads the queue ${names}. A message that it gives back (batchItemFailures) is not in its Errors, and neither is one that waits too long; no metric says so by version.`;
  const way = `Alarm on ApproximateAgeOfOldestMessage of the queue (namespace AWS/SQS), and name the alarm in the spec.`;
  return [finding(target, `${fact} ${way}`)];
}

const QUEUES: readonly string[] = ['sqs', 'mq'];
const STREAM_METRICS: readonly string[] = ['IteratorAge', 'OffsetLag'];

function streamFindings({ target, triggers, alarms }: ErrorFacts): Finding[] {
  const streams = triggers.filter(({ kind, from }) => kind === 'mapping' && !QUEUES.includes(from));
  const isAge = ({ name = '' }: WatchedMetric) => STREAM_METRICS.includes(name);
  if (streams.length === 0 || watches(alarms, isAge)) return [];
  const names = streams.map(nameOf).join(' and ');
  const metric = streams.every(({ from }) => from.includes('kafka')) ? 'OffsetLag' : 'IteratorAge';
  const fact = `Function ${target.function} reads the stream ${names}. A record that it gives back (batchItemFailures) is not in its Errors, and while one fails, those behind it grow old; no metric says so by version.`;
  const way = `Alarm on ${metric} of the function (namespace AWS/Lambda), and name the alarm in the spec.`;
  return [finding(target, `${fact} ${way}`)];
}

/** Returns `jobs` for `arn:aws:sqs:eu-west-1:111122223333:jobs`. Without an ARN, returns the kind of source. */
function nameOf({ from, source }: CallerFact): string {
  return source?.split(/[:/]/).findLast((part) => part !== '') ?? from;
}

/** Trusts an alarm on a query, on logs, or on anything else that Slipway cannot read. */
function watches(alarms: readonly AlarmReading[], isWanted: (metric: WatchedMetric) => boolean): boolean {
  return alarms.some(({ watched, metric, children }) => {
    if (children !== undefined) return false;
    if (watched === undefined) return metric === null || isWanted(metric);
    return watched.metrics.some(isWanted);
  });
}

function finding(target: LambdaTarget, detail: string): Finding {
  return warning('errorsAreSeen', { subject: targetName(target), detail });
}
