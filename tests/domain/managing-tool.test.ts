import { managedByTool } from '../../src/domain/workload/managing-tool.ts';
import { anObject } from './a-workload.ts';

type Marks = Readonly<Record<string, string>>;

const marked = (kind: string, { labels = {}, annotations = {} }: { labels?: Marks; annotations?: Marks }) =>
  managedByTool({
    ...anObject(kind, { name: 'front', namespace: 'shop', labels, annotations }),
    apiVersion: kind === 'HTTPRoute' ? 'gateway.networking.k8s.io/v1' : kind === 'Deployment' ? 'apps/v1' : 'v1',
  });
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

test.each<readonly [string, string, Parameters<typeof marked>[1], RegExp]>([
  [
    'Argo CD by its annotation',
    'HTTPRoute',
    { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:gateway.networking.k8s.io/HTTPRoute:shop/front' } },
    /^HTTPRoute shop\/front is in Argo CD application shop, which puts the weights back.*jsonPointers: \[\/spec\/rules\] \}\] and syncOptions: \[RespectIgnoreDifferences=true\].* See docs\/how-to\/adopt-argo-cd.md\.$/,
  ],
  [
    'Argo CD by a label of its own',
    'Service',
    { labels: { 'argocd.argoproj.io/instance': 'shop' } },
    /Argo CD application shop, which puts the selector back.*group: "", kind: Service/,
  ],
  [
    'Argo CD by the label that charts have too',
    'Ingress',
    { labels: { 'app.kubernetes.io/instance': 'shop' }, annotations: { [lastApplied]: '{}' } },
    /Argo CD application shop.*managedFieldsManagers: \[slipway, slipway-brake\]/,
  ],
  [
    'a Kustomization of Flux',
    'HTTPRoute',
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } },
    /Flux Kustomization apps.*ssa: IfNotPresent, or add ignore: \[\{ paths: \[\/spec\/rules\], target: \{ kind: HTTPRoute \} \}\]/,
  ],
  [
    'a Kustomization of Flux, with the whole Deployment',
    'Deployment',
    { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } },
    /puts its own image and number of pods back.*Leave it out of the Kustomization/,
  ],
  [
    'a HelmRelease of Flux, which carries marks of Helm too',
    'Service',
    {
      labels: { 'helm.toolkit.fluxcd.io/name': 'shop' },
      annotations: { 'meta.helm.sh/release-name': 'shop' },
    },
    /Flux HelmRelease shop.*driftDetection/,
  ],
  [
    'Helm',
    'Deployment',
    { annotations: { 'meta.helm.sh/release-name': 'orders' } },
    /Helm release orders.*slipway.enabled/,
  ],
  ['Fleet', 'Service', { annotations: { 'objectset.rio.cattle.io/id': 'shop' } }, /Fleet bundle shop.*fleet.yaml\.$/],
  ['kapp', 'Service', { labels: { 'kapp.k14s.io/app': '17' } }, /kapp app 17.*rebaseRule for \/spec\/selector/],
  [
    'Config Sync',
    'Service',
    { annotations: { 'configmanagement.gke.io/managed': 'enabled' } },
    /Config Sync source of this cluster.*mutation: ignore/,
  ],
])('%s is recognized by the marks of a live %s, with the setting that it needs', (_, kind, marks, says) => {
  expect(marked(kind, marks)).toMatch(says);
});

test.each<readonly [string, string, Parameters<typeof marked>[1]]>([
  ['no marks', 'Service', {}],
  [
    'the labels of a chart that kubectl or Slipway has applied',
    'Service',
    { labels: { 'app.kubernetes.io/instance': 'shop' } },
  ],
  [
    'a Kustomization that leaves it alone',
    'HTTPRoute',
    {
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' },
      annotations: { 'kustomize.toolkit.fluxcd.io/ssa': 'IfNotPresent' },
    },
  ],
  [
    'a Kustomization that passes it over',
    'HTTPRoute',
    {
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' },
      annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
    },
  ],
  ['a kind that Slipway changes nothing of', 'ConfigMap', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
])('no tool is named for %s', (_, kind, marks) => {
  expect(marked(kind, marks)).toBeNull();
});
