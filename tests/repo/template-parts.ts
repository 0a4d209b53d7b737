/** Parts of the packaged template that are inside other values: statements anywhere, and the dashboard as a text. */
import type { Resources } from './template-rules.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Returns the statements of all policies of a resource, wherever they are in it. */
export function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Effect' in value) return [value as Statement];
  return Object.values(value).flatMap(statementsIn);
}

interface Widget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: { readonly metrics: readonly unknown[] };
}

/** Returns what the dashboard shows. */
export function dashboardOf(resources: Resources): { readonly widgets: readonly Widget[] } {
  const body = resources.Dashboard?.Properties?.DashboardBody as { 'Fn::Sub': string };
  return JSON.parse(body['Fn::Sub']);
}
