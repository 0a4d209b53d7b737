import { type ClusterObject, objectName } from '../../src/domain/workload/cluster-object.ts';
import { renderManifests } from '../../src/domain/workload/render-manifests.ts';
import { ownObjects } from '../../src/domain/workload/workload-objects.ts';
import { HARDENING, NAMESPACE_HARDENING } from './hardening.ts';
import { faultsOf, problemsOf } from './hardening-check.ts';
import { builtFrom, merged, read } from './kustomization.ts';
import { anOrdersWorkload } from './orders.ts';

const ALL = [...HARDENING, ...NAMESPACE_HARDENING];

const shop = read<ClusterObject>('k8s/base/namespace.yml');
const sources = [
  { source: 'what Slipway renders', objects: renderManifests(anOrdersWorkload()), items: HARDENING },
  { source: 'k8s/base', objects: [shop, ...builtFrom('k8s/base')], items: ALL },
  { source: 'k8s/overlays/prod', objects: [shop, ...builtFrom('k8s/overlays/prod')], items: ALL },
];
const rows = sources.flatMap(({ source, objects, items }) => items.map((item) => ({ source, objects, item })));

test.each(rows)('$source: $item.item', ({ objects, item }) => {
  expect(problemsOf(objects, [item])).toEqual([]);
});

test.each(rows)('a fault planted in $source against "$item.item" is reported', ({ objects, item }) => {
  const faults = faultsOf(objects, item);

  expect(faults.length).toBeGreaterThan(0);
  const unnoticed = faults.filter((fault) => problemsOf(fault.objects, [item]).length !== 1);
  expect(unnoticed.map(({ fault }) => fault)).toEqual([]);
});

test.each(sources)('an object that is missing in $source is reported', ({ objects, items }) => {
  for (const missing of objects) {
    const others = objects.filter((object) => object !== missing);
    expect(problemsOf(others, items)).toContainEqual(expect.stringContaining(`there is no ${missing.kind}`));
  }
});

test('a network policy with a rule that allows all outgoing traffic is reported', () => {
  const objects = renderManifests(anOrdersWorkload()).map((object) =>
    object.kind === 'NetworkPolicy' ? (merged(object, { spec: { egress: [{}] } }) as ClusterObject) : object,
  );

  expect(problemsOf(objects, HARDENING)).toContainEqual(expect.stringMatching(/^network policy: out to little else/));
});

test('the folders dev and prod differ only in size and name', () => {
  const dev = [read<ClusterObject>('k8s/overlays/dev/namespace.yml'), ...builtFrom('k8s/overlays/dev')];
  const inDev = (item: string) => problemsOf(dev, ALL).filter((problem) => problem.startsWith(`${item}: `));

  expect(problemsOf(dev, ALL)).toHaveLength(4);
  expect(inDev('at least three replicas')).toEqual([expect.stringContaining('has 1 at spec.minReplicas')]);
  expect(inDev('HPA has room')).toEqual([expect.stringContaining('has 2 at spec.maxReplicas')]);
  expect(inDev('resources are requested')).toEqual([expect.stringContaining('{"cpu":"100m","memory":"128Mi"}')]);
  expect(inDev('resources are limited')).toEqual([expect.stringContaining('{"cpu":"250m","memory":"256Mi"}')]);
  expect(dev.map(({ metadata }) => metadata.namespace ?? metadata.name)).toEqual(dev.map(() => 'shop-dev'));
});

describe('k8s/base and what Slipway renders for the same workload', () => {
  const written = new Map(builtFrom('k8s/base').map((object) => [objectName(object), object]));
  const rendered = renderManifests(anOrdersWorkload());

  test('k8s/base and Slipway make the same objects', () => {
    expect([...written.keys()].sort()).toEqual(rendered.map(objectName).sort());
  });

  test.each(rendered.map((object) => [objectName(object), object] as const))(
    'k8s/base and Slipway make the same %s, field by field',
    (name, object) => {
      expect(written.get(name)).toEqual(object);
    },
  );
});

test.each([
  ['k8s/base', 'shop'],
  ['k8s/overlays/dev', 'shop-dev'],
  ['k8s/overlays/prod', 'shop'],
])('%s may be the folder of a service in namespace %s', (folder, namespace) => {
  const { target, service } = anOrdersWorkload({ namespace });
  const objects = builtFrom(folder);

  expect(ownObjects(objects, { target, service }).map(objectName)).toEqual(objects.map(objectName));
});
