/**
 * Where CloudWatch keeps the metrics of a version.
 *
 * * For a Lambda function in periods of 60 s: Lambda's own metrics. Its server errors are in `Slipway/Services`,
 *   written by a wrapper in the function (examples/adopt/wrappers).
 * * For a Lambda function in periods of 10 s: the namespace `Slipway`. The function writes it in the Embedded Metric
 *   Format with StorageResolution 1. `Invocations` and `Errors` have the unit Count and are 1 or 0 for each request;
 *   `Errors` is 1 also for a server error. `Duration` is in Milliseconds. Each has the same three dimensions:
 *   FunctionName, Resource (`function:alias`) and ExecutedVersion.
 * * For a workload on Kubernetes, for both lengths of period: the pods write the same three metrics there. The
 *   dimensions are Cluster, Namespace, Workload and Version. Pods find their version in the label `slipway/version`.
 * * Or an Application Load Balancer in front of the pods counts, with one target group for each version, in seconds
 *   instead of milliseconds.
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
  /** The factor from a duration in CloudWatch to milliseconds. */
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
 * Returns where the server errors are counted that the metric of errors leaves out: of one version, or of the whole
 * alias when `version` is null. Returns null when it leaves none out: metrics in periods of ten seconds, pods and load
 * balancers count server errors as errors.
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
