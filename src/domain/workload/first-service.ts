/**
 * Checks that the first Service of a workload leads only to its pods: the pods that this Service selects get the calls.
 */
import { SlipwayError } from '../errors.ts';
import type { WorkloadTarget } from '../service/service-spec.ts';
import { type ClusterObject, objectName } from './cluster-object.ts';
import { isReady } from './workload-health.ts';
import {
  type Fields,
  fieldsOf,
  hasLabels,
  isOwn,
  type Labels,
  listOf,
  specOf,
  templateOf,
} from './workload-objects.ts';
import { hasWeights, withSelected } from './workload-route.ts';

/** The labels that the team's Service selects. Throws InvalidRequest when the workload's pods lack one of them. */
export function selectorOf(
  service: ClusterObject,
  { target, deployment }: { readonly target: WorkloadTarget; readonly deployment: ClusterObject },
): Labels {
  const selector = teamSelector(service);
  if (Object.keys(selector).length === 0)
    throw refused(
      `${objectName(service)} selects no pods by labels, so the calls cannot be led to ${target.workload}. Give it a selector that the pods carry.`,
    );
  const missing = missingIn(selector, deployment);
  if (missing === null) return selector;
  throw refused(
    `${objectName(service)} selects pods with ${missing}, which the pods of ${target.workload} do not carry: nobody would answer. Correct its selector, or the labels of the pods.`,
  );
}

/** The Service's selector without the labels that Slipway adds. */
export function teamSelector(service: ClusterObject): Labels {
  return fieldsOf(specOf(withSelected(service, 'both')).selector) as Labels;
}

export function isSelector(selector: Labels, labels: Labels): boolean {
  const names = Object.keys(selector);
  return names.length === Object.keys(labels).length && names.every((name) => selector[name] === labels[name]);
}

/**
 * The labels by which a Service can lead to pods of two versions while one version replaces the other. They are the
 * team's own labels when all pods have them. Otherwise they are Slipway's label, which every pod of the workload has.
 */
export function labelsForBoth(
  service: ClusterObject,
  { target: { workload }, pods }: { readonly target: WorkloadTarget; readonly pods: readonly ClusterObject[] },
): Labels {
  const own = teamSelector(service);
  return pods.every(({ metadata }) => hasLabels(metadata.labels, own)) ? own : { 'slipway/workload': workload };
}

/** The Service with other labels of the team in its selector. It still leads to the same track. */
export function selecting(service: ClusterObject, labels: Labels): ClusterObject {
  const track = fieldsOf(specOf(service).selector)['slipway/track'];
  const selector = track === undefined ? labels : { ...labels, 'slipway/track': track };
  return { ...service, spec: { ...specOf(service), selector } };
}

/** The labels that the workload's pods lack, in words; null when the pods have all. */
function missingIn(selector: Labels, deployment: ClusterObject): string | null {
  const labels = fieldsOf(fieldsOf(templateOf(deployment).metadata).labels);
  const missing = Object.entries(selector).filter(([name, value]) => labels[name] !== value);
  return missing.length === 0 ? null : inWords(Object.fromEntries(missing));
}

/**
 * Names other Services of the folder that lead to pods of both versions. Their callers bypass the share that the route
 * gives to the canary.
 */
export function otherWays(objects: readonly ClusterObject[], target: WorkloadTarget): readonly string[] {
  const { workload } = target;
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined || !hasWeights(target)) return [];
  const own = [workload, `${workload}-canary`, `${workload}-preview`];
  const leadsToBoth = (service: ClusterObject) => {
    const selector = fieldsOf(specOf(service).selector) as Labels;
    const isOpen = Object.keys(selector).length > 0 && selector['slipway/track'] === undefined;
    return isOpen && missingIn(selector, deployment) === null;
  };
  const others = objects.filter(
    (object) => object.kind === 'Service' && !own.includes(object.metadata.name) && leadsToBoth(object),
  );
  if (others.length === 0) return [];
  const names = others.map(objectName).join(', ');
  return [
    `Pods of both versions are also behind ${names}, whose callers get the new one by the number of its pods, whatever the route gives it. Where they are not to, let it select slipway/track: stable as well.`,
  ];
}

/** Throws InvalidRequest when the Service leads to a named port that no container of the workload's pods has. */
export function refuseLostPorts(service: ClusterObject, deployment: ClusterObject): void {
  const { containers, initContainers } = specOf(templateOf(deployment));
  const names = [...listOf(containers), ...listOf(initContainers)].flatMap(({ ports }) =>
    listOf(ports).map(({ name }) => name),
  );
  const isLost = ({ targetPort }: Fields) =>
    typeof targetPort === 'string' && !/^\d+$/.test(targetPort) && !names.includes(targetPort);
  const [lost] = listOf(specOf(service).ports).filter(isLost);
  if (lost === undefined) return;
  throw refused(
    `${objectName(service)} leads port ${String(lost.port)} to the port ${String(lost.targetPort)} of a container, and no container of ${deployment.metadata.name} has a port of that name: nobody would answer. Name a port so, or write its number as targetPort.`,
  );
}

/**
 * Throws InvalidRequest when the route leads to a port that the Service does not have: such calls would fail before
 * they reach a pod.
 */
export function refuseClosedPorts(
  service: ClusterObject,
  { route, ports }: { readonly route: ClusterObject; readonly ports: readonly unknown[] },
): void {
  const open = listOf(specOf(service).ports).flatMap(({ port, name }) => [String(port), String(name)]);
  const closed = ports.find((port) => !open.includes(String(port)));
  if (closed === undefined) return;
  const has = listOf(specOf(service).ports).map(({ port }) => String(port));
  throw refused(
    `${objectName(route)} leads to port ${String(closed)} of ${objectName(service)}, which has ${has.join(', ')} in this version: its calls would fail. Keep port ${String(closed)} in the Service; a new one comes beside it first, then into the route.`,
  );
}

/**
 * Throws InvalidRequest when other pods of the same folder would also get calls of the workload, such as pods of a
 * StatefulSet or a Job.
 */
export function refuseOwnStrangers(
  objects: readonly ClusterObject[],
  { target, selector }: { readonly target: WorkloadTarget; readonly selector: Labels },
): void {
  const isAmong = (object: ClusterObject) => {
    const labels = podLabelsOf(object);
    return labels !== null && hasLabels(labels, selector);
  };
  const others = objects.filter((object) => object.kind !== 'Deployment' && isAmong(object)).map(objectName);
  if (others.length === 0) return;
  throw refused(
    `Service ${target.namespace}/${target.workload} selects ${inWords(selector)}, which the pods of ${others.join(', ')} carry as well: they would get calls too. Give it a selector that only the pods of ${target.workload} carry.`,
  );
}

/** The labels of the pods that an object makes; null when it makes none. */
function podLabelsOf(object: ClusterObject): Fields | null {
  const { template, jobTemplate } = specOf(object);
  const pod = fieldsOf(template ?? specOf(fieldsOf(jobTemplate)).template);
  return fieldsOf(pod.spec).containers === undefined ? null : fieldsOf(fieldsOf(pod.metadata).labels);
}

function inWords(selector: Labels): string {
  return Object.entries(selector)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}

const NAMED_AT_MOST = 3;

/**
 * Throws InvalidRequest, with the names of the pods, when pods that are not the workload's would get some of its calls.
 */
export function refuseStrangers(
  pods: readonly ClusterObject[],
  { target, selector }: { readonly target: WorkloadTarget; readonly selector: Labels },
): void {
  const strangers = pods.filter((pod) => isReady(pod) && !isOwn(pod, target)).map(({ metadata }) => metadata.name);
  if (strangers.length === 0) return;
  const named = strangers.slice(0, NAMED_AT_MOST).join(', ');
  const more = strangers.length > NAMED_AT_MOST ? ` and ${strangers.length - NAMED_AT_MOST} more` : '';
  throw refused(
    `Service ${target.namespace}/${target.workload} selects ${inWords(selector)}, by which pods of others get calls too: ${named}${more}. No share of the calls would be what it says. Give it a selector that only the pods of ${target.workload} carry.`,
  );
}

function refused(message: string): SlipwayError {
  return new SlipwayError('InvalidRequest', message);
}
