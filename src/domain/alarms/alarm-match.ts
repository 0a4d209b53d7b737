/**
 * Tells whether an alarm can see what a new version does to a target. The metrics of Lambda and those that a function
 * writes into Slipway's namespace name their function. A metric of any other namespace is trusted.
 */

import type { LambdaTarget } from '../service/service-spec.ts';
import { targetName } from '../service/target.ts';
import { SERVER_ERRORS } from './server-errors.ts';

/** What an alarm watches, as CloudWatch describes the alarm. */
export interface Watched {
  /** Every metric behind the value of the alarm: one, or all metrics of a metric-math expression. */
  readonly metrics: readonly WatchedMetric[];
  /** Expressions that choose their metrics only when CloudWatch evaluates the alarm. */
  readonly queries: readonly string[];
}

export interface WatchedMetric {
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly dimensions: Readonly<Record<string, string>>;
  /** The account of the metric, when it is not the account of the alarm. */
  readonly account?: string | undefined;
}

const LAMBDA = 'AWS/Lambda';
/** Slipway's own metrics in periods of ten seconds, with the dimensions of Lambda's metrics. */
const SLIPWAY = 'Slipway';
/** Namespaces in which every metric has the dimensions of Lambda's metrics. */
const OF_FUNCTIONS: readonly string[] = [LAMBDA, SERVER_ERRORS.namespace];

/** Returns the first reason why the alarm misses the target or also watches another one; null when there is none. */
export function matchProblem({ metrics, queries }: Watched, target: LambdaTarget): string | null {
  const problems = [
    ...metrics.map((metric) => metricProblem(metric, target)),
    ...queries.map((query) => queryProblem(query, target)),
  ];
  return problems.find((problem) => problem !== null) ?? null;
}

/** Returns the queries for which it is unknown, before they run, whether they see the target. */
export function unknownQueries({ queries }: Watched, target: LambdaTarget): readonly string[] {
  return queries.filter((query) => asksFunctions(query) && !namesTarget(query) && queryProblem(query, target) === null);
}

function metricProblem({ namespace, dimensions, account }: WatchedMetric, target: LambdaTarget): string | null {
  const { FunctionName: name, Resource: resource, ExecutedVersion: version } = dimensions;
  if (!OF_FUNCTIONS.includes(namespace) && (namespace !== SLIPWAY || name === undefined)) return null;
  const alias = targetName(target);
  if (account !== undefined) {
    return `watches a function of account ${account}, not ${target.function} of this one. Take the account out.`;
  }
  if (name !== target.function) {
    return `watches ${name ?? 'all functions'}, not ${target.function}. Set its FunctionName dimension.`;
  }
  if (version !== undefined) {
    return `watches version ${version} alone, so it can never see a new version. Take its ExecutedVersion dimension out.`;
  }
  if (resource !== undefined && resource !== alias) {
    return `watches ${resource}, not ${alias}. Set its Resource dimension.`;
  }
  return null;
}

/** A query of Metrics Insights names its function in its WHERE clause, or takes all functions. */
function queryProblem(query: string, target: LambdaTarget): string | null {
  if (!asksFunctions(query)) return null;
  if (/ExecutedVersion"?\s*=/i.test(query)) {
    return 'asks for one version alone, so it can never see a new version. Take ExecutedVersion out of its query.';
  }
  const wanted = { FunctionName: target.function, Resource: targetName(target) };
  for (const [dimension, name] of Object.entries(wanted)) {
    const other = valuesIn(query, { dimension }).find((value) => value !== name);
    if (other !== undefined) return `asks for ${other}, not ${name}. Correct its query.`;
    if (valuesIn(query, { dimension, comparison: '(?:!=|<>)' }).includes(name))
      return `asks for all but ${name}, so it can never see it. Correct its query.`;
  }
  return null;
}

function asksFunctions(query: string): boolean {
  return OF_FUNCTIONS.some((namespace) => query.includes(namespace));
}

function namesTarget(query: string): boolean {
  return ['FunctionName', 'Resource'].some((dimension) => valuesIn(query, { dimension }).length > 0);
}

/** The values that a query compares a dimension with. The default comparison is equality. */
function valuesIn(
  query: string,
  { dimension, comparison = '=' }: { readonly dimension: string; readonly comparison?: string },
): string[] {
  const compared = new RegExp(String.raw`\b${dimension}"?\s*${comparison}\s*["']([^"']+)["']`, 'gi');
  return [...query.matchAll(compared)].map(([, value = '']) => value);
}
