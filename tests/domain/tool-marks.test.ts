import { folderVersion } from '../../src/domain/workload/folder-version.ts';
import { secondService } from '../../src/domain/workload/second-service.ts';
import { isMark, withoutMarks } from '../../src/domain/workload/tool-marks.ts';
import { fieldsOf, specOf, templateOf, trackDeployment } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, anObject, aService, aTarget } from './a-workload.ts';

/**
 * Labels as `helm template` writes them: the chart's labels are on every object, and the selecting labels are on the
 * pods too.
 */
const SELECTED = { 'app.kubernetes.io/name': 'orders', 'app.kubernetes.io/instance': 'shop' };
const LABELS = { ...SELECTED, 'helm.sh/chart': 'orders-1.2.3', 'app.kubernetes.io/managed-by': 'Helm', team: 'shop' };
const TRACKING = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/orders', note: 'ours' };

const marked = { labels: LABELS, annotations: TRACKING };
const deployment = (() => {
  const made = aDeploymentObject({ labels: SELECTED });
  const metadata = { ...made.metadata, ...marked, namespace: 'shop' };
  const envFrom = [{ configMapRef: { name: 'settings' } }];
  const containers = [{ name: 'app', image: 'orders:1', envFrom }];
  const template = { metadata: { labels: LABELS }, spec: { containers } };
  return { ...made, metadata, spec: { ...specOf(made), template } };
})();
const service = { ...aService('orders', SELECTED), metadata: { name: 'orders', namespace: 'shop', ...marked } };
const settings = {
  ...anObject('ConfigMap', { name: 'settings', namespace: 'shop', ...marked }),
  data: { COLOUR: 'blue' },
};
const job = { ...anObject('Job', { name: 'migrate', namespace: 'shop', ...marked }), spec: {} };
const order = { target: aTarget, version: 'v1' } as const;

test('the canary of a chart has no mark by which a tool would delete it, and its pods have all labels', () => {
  const canary = trackDeployment([deployment], { ...order, track: 'canary' });
  expect(Object.keys(canary.metadata.labels ?? {}).filter(isMark)).toEqual([]);
  expect(canary.metadata.labels).toMatchObject({ 'app.kubernetes.io/name': 'orders', team: 'shop' });
  expect(canary.metadata.annotations).toEqual({ note: 'ours' });
  expect(fieldsOf(templateOf(canary).metadata).labels).toMatchObject(LABELS);
  expect(specOf(canary).selector).toMatchObject({ matchLabels: SELECTED });
});

test('the stable Deployment keeps the fields of the chart', () => {
  const stable = trackDeployment([deployment], { ...order, track: 'stable' });
  expect(stable.metadata).toMatchObject(marked);
});

test('the second Service has no mark, and selects the labels of the pods', () => {
  const second = secondService(service, 'orders-canary');
  expect(Object.keys(second.metadata.labels ?? {}).filter(isMark)).toEqual([]);
  expect(specOf(second).selector).toEqual(SELECTED);
});

test('a copy of a ConfigMap and a Job of one version have no mark, and the plain ConfigMap keeps its own', () => {
  const folder = [deployment, settings, job];
  const made = folderVersion(folder, { imaged: folder }).filter(({ kind }) => kind !== 'Deployment');
  const marks = ({ metadata }: (typeof made)[number]) =>
    Object.keys({ ...metadata.labels, ...metadata.annotations }).filter(isMark);
  const by = Object.fromEntries(
    made.map((object) => [object.metadata.name.replace(/-[0-9a-f]{12}$/, '*'), marks(object)]),
  );
  expect(by).toMatchObject({ 'settings*': [], 'migrate*': [] });
  expect(by.settings).toContain('argocd.argoproj.io/tracking-id');
});

test.each([
  'app.kubernetes.io/instance',
  'app.kubernetes.io/managed-by',
  'applyset.kubernetes.io/part-of',
  'argocd.argoproj.io/instance',
  'notifications.argoproj.io/subscribe.on-sync-failed.slack',
  'meta.helm.sh/release-name',
  'helm.sh/chart',
  'kustomize.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'skaffold.dev/run-id',
  'objectset.rio.cattle.io/hash',
  'kapp.k14s.io/app',
  'olm.owner',
  'operators.coreos.com/orders.shop',
  'config.k8s.io/owning-inventory',
])('%s is a mark of a tool', (name) => {
  expect(isMark(name)).toBe(true);
});

test.each([
  'app',
  'team',
  'app.kubernetes.io/name',
  'app.kubernetes.io/part-of',
  'prometheus.io/scrape',
  'sidecar.istio.io/inject',
])('%s is no mark of a tool', (name) => {
  expect(isMark(name)).toBe(false);
});

test('metadata without labels and annotations gets none', () => {
  expect(withoutMarks({})).toEqual({});
});
