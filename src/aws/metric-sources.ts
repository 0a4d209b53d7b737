/**
 * Where CloudWatch keeps what a version did.
 *
 * Of a Lambda function, periods of 60 s come from Lambda's own metrics, and its server errors from `Slipway/Services`, which a wrapper in
 * the function fills (examples/adopt/wrappers). Periods of 10 s come from the namespace `Slipway`,
 * which a function fills by Embedded Metric Format at StorageResolution 1: `Invocations` and `Errors` (1 or 0 a request, unit
 * Count; 1 also for a server error) and `Duration` (Milliseconds), each with the same three dimensions FunctionName, Resource (`function:alias`) and
 * ExecutedVersion. The pods of a workload on Kubernetes write the same three metrics there, for both lengths of period, with
 * the dimensions Cluster, Namespace, Workload and Version; they find their version in the label `slipway/version`. Or an
 * Application Load Balancer in front of them counts, one target group a version, in seconds instead of milliseconds.
 */
import { SERVER_ERRORS } from '../domain/alarms/server-errors.ts';
import type { KubernetesTarget, LambdaTarget } from '../domain/service/service-spec.ts';
import { forTarget, onAlias, targetName } from '../domain/service/target.ts';
import type { LatencyQuery } from '../ports/metrics.ts';

export const ARMS = ['canary', 'stable'] as const;
export type Arm = (typeof ARMS)[number];

export interface MetricSource {
  readonly namespace: string;
  readonly names: { readonly requests: string; readonly errors: string; readonly durations: string };
  readonly dimensions: Readonly<Record<string, string>>;
  /** A duration in CloudWatch times this is in milliseconds. */
  readonly msAUnit: 1 | 1_000;
}

const OWN_NAMES = { requests: 'Invocations', errors: 'Errors', durations: 'Duration' };
const BALANCER_NAMES = {
  requests: 'RequestCount',
  errors: 'HTTPCode_Target_5XX_Count',
  durations: 'TargetResponseTime',
};

export function sourceOf(
  { target, periodSeconds }: Pick<LatencyQuery, 'target' | 'periodSeconds'>,
  { arm, version }: { readonly arm: Arm; readonly version: string },
): MetricSource {
  return forTarget(target, {
    lambda: (alias) => sourceOfAlias(alias, { periodSeconds, version }),
    kubernetes: (workload) => sourceOfWorkload(workload, { arm, version }),
  });
}

function sourceOfAlias(
  target: LambdaTarget,
  { periodSeconds, version }: Pick<LatencyQuery, 'periodSeconds'> & { readonly version: string },
): MetricSource {
  const dimensions = {
    FunctionName: target.function,
    Resource: targetName(target),
    ExecutedVersion: version,
  };
  return { namespace: periodSeconds === 60 ? 'AWS/Lambda' : 'Slipway', names: OWN_NAMES, dimensions, msAUnit: 1 };
}

function sourceOfWorkload(
  target: KubernetesTarget,
  { arm, version }: { readonly arm: Arm; readonly version: string },
): MetricSource {
  if (target.metricsFrom?.kind === 'targetGroups') {
    const dimensions = { LoadBalancer: target.metricsFrom.loadBalancer, TargetGroup: target.metricsFrom[arm] };
    return { namespace: 'AWS/ApplicationELB', names: BALANCER_NAMES, dimensions, msAUnit: 1_000 };
  }
  const { cluster, namespace, workload } = target;
  const dimensions = { Cluster: cluster, Namespace: namespace, Workload: workload, Version: version };
  return { namespace: 'Slipway', names: OWN_NAMES, dimensions, msAUnit: 1 };
}

export interface ServerErrorsSource {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/**
 * Where the server errors are counted that the errors leave out, of a version or, with null, of all behind the alias. Null when they
 * leave none out: what a function writes itself by the second, a pod or a load balancer counts them among its errors.
 */
export function serverErrorsOf(
  { target: measured, periodSeconds }: Pick<LatencyQuery, 'target' | 'periodSeconds'>,
  version: string | null,
): ServerErrorsSource | null {
  const target = onAlias(measured);
  if (target === null || periodSeconds !== 60) return null;
  const ofAlias = { FunctionName: target.function, Resource: targetName(target) };
  return { ...SERVER_ERRORS, dimensions: version === null ? ofAlias : { ...ofAlias, ExecutedVersion: version } };
}
