/**
 * What an apply cannot take away by itself. The API server has filled in fields that nobody named, so that nobody owns them. They
 * stay when what they belong to goes, and then they win over what is wanted, or are refused beside it.
 */
import type { ClusterObject } from './cluster-object.ts';
import { fieldsOf, specOf, templateOf } from './workload-objects.ts';

/** The account of a pod that names none. */
const NO_ACCOUNT = 'default';

/** The Deployment, which says what it leaves to the API server, where the live one has something else. */
export function withDefaultsSaid(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  return withSelector(withStrategy(withAccount(wanted, live), live), live);
}

/** The name of the account is kept a second time, in the older field `serviceAccount`. */
function withAccount(wanted: ClusterObject, live: ClusterObject): ClusterObject {
  const spec = specOf(templateOf(wanted));
  const { serviceAccountName: was = NO_ACCOUNT } = specOf(templateOf(live));
  const isNamed = spec.serviceAccountName !== undefined || spec.serviceAccount !== undefined;
  if (isNamed || was === NO_ACCOUNT) return wanted;
  const template = { ...templateOf(wanted), spec: { ...spec, serviceAccountName: NO_ACCOUNT } };
  return { ...wanted, spec: { ...specOf(wanted), template } };
}

/** Nobody can change the selector of a Deployment, so one that was there before Slipway keeps its own. */
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
 * The live Deployment without the limits of its rolling update, where the wanted one has none (`Recreate`) and is refused beside
 * them; null where nothing is in the way.
 */
export function withoutLimits(live: ClusterObject, wanted: ClusterObject): ClusterObject | null {
  if (!isRecreated(wanted) || strategyOf(live).rollingUpdate === undefined) return null;
  return { ...live, spec: { ...specOf(live), strategy: { type: 'Recreate' } } };
}

/** What can be tried of a Deployment while the limits of the live one are in its way. */
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
