/** The CloudWatch metrics that a rehearsed alarm uses, and the value that they give for a period. */
import { SERVER_ERRORS } from '../../domain/alarms/server-errors.ts';
import type { Alarm } from '../world/world.ts';
import type { Measurements } from './measurements.ts';

export interface MetricBehind {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly stat: string;
}
export interface Behind {
  /** The expression of metric math; null for an alarm on one metric. */
  readonly expression: string | null;
  readonly metrics: readonly MetricBehind[];
}

type Watching = Pick<Alarm, 'metric' | 'percentile' | 'periodSeconds'>;

export function metricsBehind({ metric, percentile = 99, periodSeconds }: Watching): Behind {
  // Lambda's own metrics have a resolution of one minute. Shorter periods use metrics that a function sends itself.
  const namespace = periodSeconds < 60 ? 'Slipway' : 'AWS/Lambda';
  const one = (name: string, stat = 'Sum') => ({ expression: null, metrics: [{ id: 'm1', namespace, name, stat }] });
  const errors = { id: 'errors', namespace, name: 'Errors', stat: 'Sum' };
  const serverErrors = { id: 'serverErrors', ...SERVER_ERRORS, stat: 'Sum' };
  const requests = { id: 'requests', namespace, name: 'Invocations', stat: 'Sum' };
  switch (metric) {
    case 'Errors':
    case 'Throttles':
      return one(metric);
    case 'ServerErrors':
      return { expression: null, metrics: [{ ...serverErrors, id: 'm1' }] };
    case 'DurationP99':
      return one('Duration', 'p99');
    case 'Duration':
      return one('Duration', `p${percentile}`);
    case 'ErrorRate':
      return {
        expression: '100 * SUM([errors, serverErrors]) / requests',
        metrics: [errors, serverErrors, requests],
      };
    case 'ServerErrorRate':
      return { expression: '100 * serverErrors / requests', metrics: [serverErrors, requests] };
  }
}

/**
 * Lambda reports Errors as 0 in a period with calls, and a function reports its server errors in the same way. Without
 * calls there is no value.
 */
export function valueIn(
  measured: Measurements,
  { alarm, startsAt }: { readonly alarm: Alarm; readonly startsAt: number },
): number | null {
  const { metric, percentile = 99, dimensions, periodSeconds } = alarm;
  const window = {
    functionName: dimensions.FunctionName,
    alias: dimensions.Resource?.slice(dimensions.FunctionName.length + 1),
    version: dimensions.ExecutedVersion,
    startsAt,
    periodMs: periodSeconds * 1_000,
  };
  const { requests, errors, serverErrors, throttles } = measured.sums(window);
  if (metric === 'Throttles') return requests + throttles > 0 ? throttles : null;
  if (requests === 0) return null;
  switch (metric) {
    case 'Errors':
      return errors;
    case 'ServerErrors':
      return serverErrors;
    case 'ErrorRate':
      return ((errors + serverErrors) / requests) * 100;
    case 'ServerErrorRate':
      return (serverErrors / requests) * 100;
    case 'Duration':
    case 'DurationP99':
      return measured.durationPercentiles(window, [percentile])[0] ?? null;
  }
}
