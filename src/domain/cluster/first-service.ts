/** Whether the first Service of a workload leads to its pods, and to no others: what it selects is what receives the calls. */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service-spec.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { isReady } from './workload-health.ts';
import { fieldsOf, isOwn, type Labels, specOf, templateOf } from './workload-objects.ts';
import { withSelected } from './workload-route.ts';

/** The labels that the team's Service selects. Throws InvalidRequest when the workload's pods do not carry them all. */
export function selectorOf(
  service: ClusterObject,
  { target, deployment }: { readonly target: WorkloadTarget; readonly deployment: ClusterObject },
): Labels {
  const selector = fieldsOf(specOf(withSelected(service, 'both')).selector) as Labels;
  const labels = fieldsOf(fieldsOf(templateOf(deployment).metadata).labels);
  const named = Object.entries(selector);
  if (named.length === 0)
    throw refused(
      `${objectName(service)} selects no pods by labels, so the calls cannot be led to ${target.workload}. Give it a selector that the pods carry.`,
    );
  const missing = named.filter(([name, value]) => labels[name] !== value);
  if (missing.length === 0) return selector;
  const words = missing.map(([name, value]) => `${name}: ${value}`).join(', ');
  throw refused(
    `${objectName(service)} selects pods with ${words}, which the pods of ${target.workload} do not carry: nobody would answer. Correct its selector, or the labels of the pods.`,
  );
}

const NAMED_AT_MOST = 3;

/** Throws InvalidRequest, with their names, when pods of others would get a share of the workload's calls. */
export function refuseStrangers(
  pods: readonly ClusterObject[],
  { target, selector }: { readonly target: WorkloadTarget; readonly selector: Labels },
): void {
  const strangers = pods.filter((pod) => isReady(pod) && !isOwn(pod, target)).map(({ metadata }) => metadata.name);
  if (strangers.length === 0) return;
  const named = strangers.slice(0, NAMED_AT_MOST).join(', ');
  const more = strangers.length > NAMED_AT_MOST ? ` and ${strangers.length - NAMED_AT_MOST} more` : '';
  const words = Object.entries(selector).map(([name, value]) => `${name}: ${value}`);
  throw refused(
    `Service ${target.namespace}/${target.workload} selects ${words.join(', ')}, by which pods of others get calls too: ${named}${more}. No share of the calls would be what it says. Give it a selector that only the pods of ${target.workload} carry.`,
  );
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
