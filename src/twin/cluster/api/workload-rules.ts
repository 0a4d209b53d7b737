/** What the API server demands of a Deployment, in its own words. The types of all fields were checked before. */
import type { ClusterObject } from '../../../domain/workload/cluster-object.ts';
import { restartErrors } from './batch-rules.ts';
import { podErrors } from './container-rules.ts';
import { invalidValue, NOT_NEGATIVE, required } from './field-errors.ts';
import { labelErrors } from './metadata-rules.ts';
import { isSame } from './plain-data.ts';
import { type Deployment, type LabelSelector, selects } from './workload-objects.ts';

/** A Deployment's spec, from which a manifest may have left out fields. */
type DraftSpec = Partial<Deployment['spec']>;

export function deploymentErrors(object: ClusterObject, was: ClusterObject | undefined): string[] {
  const spec = object.spec as DraftSpec | undefined;
  if (spec === undefined) return [required('spec.selector'), required('spec.template')];
  return [
    ...countErrors(spec),
    ...strategyErrors(spec.strategy),
    ...selectorErrors(spec, (was as Deployment | undefined)?.spec.selector),
    ...templateErrors(spec.template),
  ];
}

function countErrors(spec: DraftSpec): string[] {
  const names = ['replicas', 'progressDeadlineSeconds', 'revisionHistoryLimit', 'minReadySeconds'] as const;
  const negative = names.filter((name) => (spec[name] ?? 0) < 0);
  const { minReadySeconds = 0, progressDeadlineSeconds: value = 600 } = spec;
  return [
    ...negative.map((name) => invalidValue(`spec.${name}`, { value: spec[name], why: NOT_NEGATIVE })),
    ...(value > minReadySeconds
      ? []
      : [invalidValue('spec.progressDeadlineSeconds', { value, why: 'must be greater than minReadySeconds' })]),
  ];
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

function strategyErrors(strategy: DraftSpec['strategy']): string[] {
  const at = 'spec.strategy.rollingUpdate';
  const { type, rollingUpdate } = strategy ?? { type: 'RollingUpdate' };
  switch (type) {
    case 'Recreate':
      if (rollingUpdate === undefined) return [];
      return [`${at}: Forbidden: may not be specified when strategy \`type\` is 'Recreate'`];
    case 'RollingUpdate': {
      const limits = (['maxSurge', 'maxUnavailable'] as const).map(
        (name) => [name, rollingUpdate?.[name] ?? 0] as const,
      );
      const bad = limits.filter(([, value]) => !/^\d+$/.test(String(value)) && !/^"\d+%"$/.test(JSON.stringify(value)));
      if (bad.length > 0) return bad.map(([name, value]) => invalidValue(`${at}.${name}`, { value, why: PERCENT }));
      if (limits.some(([, value]) => Number.parseInt(String(value), 10) !== 0)) return [];
      return [invalidValue(`${at}.maxUnavailable`, { value: 0, why: 'may not be 0 when `maxSurge` is 0' })];
    }
    default:
      return [`spec.strategy.type: Unsupported value: "${type}": supported values: "Recreate", "RollingUpdate"`];
  }
}

function selectorErrors({ selector, template }: DraftSpec, before: LabelSelector | undefined): string[] {
  if (selector === undefined) return [];
  const at = 'spec.selector';
  if (Object.keys(selector).length === 0) {
    return [invalidValue(at, { value: selector, why: 'empty selector is invalid for deployment' })];
  }
  if (before !== undefined && !isSame(before, selector)) {
    return [invalidValue(at, { value: selector, why: 'field is immutable' })];
  }
  const labels = template?.metadata?.labels ?? {};
  if (selects(selector, labels)) return [];
  const why = '`selector` does not match template `labels`';
  return [invalidValue('spec.template.metadata.labels', { value: labels, why })];
}

function templateErrors(template: DraftSpec['template']): string[] {
  if (template === undefined) return [];
  const at = 'spec.template';
  return [
    ...labelErrors(template.metadata?.labels, `${at}.metadata.labels`),
    ...podErrors(template.spec, `${at}.spec`),
    ...restartErrors(template.spec),
  ];
}
