/**
 * Handles what an apply cannot remove: fields that the API server filled in, so that no manager owns them. They stay
 * after the field that they belong to is gone. Then they override the wanted value, or the API server refuses the
 * wanted value beside them.
 */
import type { ClusterObject } from './cluster-object.ts';
import { fieldsOf, specOf, templateOf } from './workload-objects.ts';

/** The account of a pod that names no account. */
const NO_ACCOUNT = 'default';

/** Returns the Deployment with the defaults written out, where the live Deployment has another value. */
export function withDefaultsSaid(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  return withSelector(withStrategy(withAccount(wanted, live), live), live);
}

/** The API server also keeps the name of the account in the older field `serviceAccount`. */
function withAccount(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  const spec = specOf(templateOf(wanted));
  const { serviceAccountName: was = NO_ACCOUNT } = specOf(templateOf(live));
  const isNamed = spec.serviceAccountName !== undefined || spec.serviceAccount !== undefined;
  if (isNamed || was === NO_ACCOUNT) return wanted;
  const template = { ...templateOf(wanted), spec: { ...spec, serviceAccountName: NO_ACCOUNT } };
  return { ...wanted, spec: { ...specOf(wanted), template } };
}

/** The selector of a Deployment cannot be changed, so a Deployment from before Slipway keeps its own. */
function withSelector(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  const { selector } = specOf(live);
  const asked = fieldsOf(fieldsOf(selector).matchLabels);
  if (selector === undefined || asked['slipway/track'] !== undefined) return wanted;
  const template = templateOf(wanted);
  const metadata = fieldsOf(template.metadata);
  const labels = { ...asked, ...fieldsOf(metadata.labels) };
  return {
    ...wanted,
    spec: { ...specOf(wanted), selector, template: { ...template, metadata: { ...metadata, labels } } },
  };
}

function withStrategy(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  if (isRecreated(wanted) || !isRecreated(live)) return wanted;
  return { ...wanted, spec: { ...specOf(wanted), strategy: { type: 'RollingUpdate', ...strategyOf(wanted) } } };
}

/**
 * The live Deployment without the limits of its rolling update; null when nothing has to be removed. The wanted
 * Deployment has the strategy `Recreate`, and the API server refuses such limits beside it.
 */
export function withoutLimits(live: ClusterObject, wanted: ClusterObject): ClusterObject | null {
  if (!isRecreated(wanted) || strategyOf(live).rollingUpdate === undefined) return null;
  return { ...live, spec: { ...specOf(live), strategy: { type: 'Recreate' } } };
}

/** The part of a Deployment that a dry run can test while the live Deployment's limits are in its way. */
export function withoutStrategy(wanted: ClusterObject): ClusterObject {
  const { strategy: _, ...spec } = specOf(wanted);
  return { ...wanted, spec };
}

function isRecreated(deployment: ClusterObject): boolean {
  return strategyOf(deployment).type === 'Recreate';
}

function strategyOf(deployment: ClusterObject) {
  return fieldsOf(specOf(deployment).strategy);
}
