import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { folderVersion } from '../../src/domain/workload/folder-version.ts';
import { copiedNames } from '../../src/domain/workload/version-configuration.ts';
import { keptImageNotes } from '../../src/domain/workload/version-images.ts';
import { repositoryOf, withImage } from '../../src/domain/workload/workload-container.ts';
import { aDeploymentObject, aService } from './a-workload.ts';

const config = (name: string, data: object = { MODE: 'quiet' }, more: object = {}): ClusterObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
  ...more,
});

const withPod = (pod: object): ClusterObject => {
  const deployment = aDeploymentObject();
  const spec = deployment.spec as { template: { spec: object } };
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, ...pod } } } };
};

const versionOf = (...objects: readonly ClusterObject[]) =>
  folderVersion(objects, { imaged: withImage(objects, { workload: 'orders', image: 'orders:2' }) });
const named = (objects: readonly ClusterObject[], kind: string) =>
  objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
const podOf = (objects: readonly ClusterObject[]) => {
  const found = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { template: { spec: object } };
  };
  return found.spec.template.spec;
};

describe('the configuration of a version', () => {
  const everywhere = withPod({
    initContainers: [{ name: 'migrate', image: 'tool:1', envFrom: [{ configMapRef: { name: 'settings' } }] }],
    containers: [
      {
        name: 'app',
        image: 'orders:1',
        env: [
          { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'MODE' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'settings', key: 'KEY' } } },
        ],
      },
    ],
    volumes: [
      { name: 'plain', configMap: { name: 'settings' } },
      { name: 'projected', projected: { sources: [{ configMap: { name: 'settings', optional: true } }] } },
      { name: 'other', configMap: { name: 'of-somebody-else' } },
      { name: 'strange', configMap: {} },
      { name: 'none', configMap: null },
    ],
  });

  test('a ConfigMap gets an immutable copy, named by its content, to which every reference of the pods leads', () => {
    const objects = versionOf(config('settings'), everywhere);

    const [copy = '', plain] = named(objects, 'ConfigMap');
    expect([copy, plain]).toEqual([expect.stringMatching(/^settings-[0-9a-f]{12}$/), 'settings']);
    expect(objects[0]).toMatchObject({ immutable: true, data: { MODE: 'quiet' } });
    expect(copiedNames(objects)).toEqual(new Set(['settings']));
    expect(podOf(objects)).toMatchObject({
      initContainers: [{ envFrom: [{ configMapRef: { name: copy } }] }],
      containers: [
        {
          env: [
            { valueFrom: { configMapKeyRef: { name: copy, key: 'MODE' } } },
            { valueFrom: { secretKeyRef: { name: 'settings' } } },
          ],
        },
      ],
      volumes: [
        { configMap: { name: copy } },
        { projected: { sources: [{ configMap: { name: copy, optional: true } }] } },
        { configMap: { name: 'of-somebody-else' } },
        { configMap: {} },
        { configMap: null },
      ],
    });
  });

  test('a copy has another name when its content changes, and the same in another order of its entries', () => {
    const nameWith = (data: object, more?: object) =>
      named(versionOf(config('settings', data, more), everywhere), 'ConfigMap')[0];

    expect(nameWith({ a: '1', b: '2' })).toBe(nameWith({ b: '2', a: '1' }));
    expect(nameWith({ a: '1' })).not.toBe(nameWith({ a: '2' }));
    expect(nameWith({ a: '1' })).not.toBe(nameWith({ a: '1' }, { binaryData: { key: 'AA==' } }));
  });

  test.each([
    ['that no pod reads', config('of-nobody')],
    ['that cannot change', config('settings', {}, { immutable: true })],
    ['that kustomize has named after its content', config('settings-5f9bk7c2td')],
    ['of another API', { ...config('settings'), apiVersion: 'example.com/v1' }],
  ])('no copy is made of a ConfigMap %s', (_what, object) => {
    const reading = withPod({ volumes: [{ name: 'it', configMap: { name: object.metadata.name } }] });
    const objects = versionOf(object, object.metadata.name === 'of-nobody' ? aDeploymentObject() : reading);
    expect(named(objects, 'ConfigMap')).toEqual(object.kind === 'ConfigMap' ? [object.metadata.name] : []);
  });
});

describe('the image of a version', () => {
  const folder = [
    aService(),
    withPod({
      initContainers: [
        { name: 'migrate', image: 'registry:5000/orders:1@sha256:aa' },
        { name: 'proxy', image: 'envoy:1', restartPolicy: 'Always' },
      ],
      containers: [
        { name: 'app', image: 'registry:5000/orders:1' },
        { name: 'worker', image: 'registry:5000/orders' },
      ],
    }),
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'clean' },
      spec: {
        jobTemplate: {
          spec: { template: { spec: { containers: [{ name: 'clean', image: 'registry:5000/orders:0' }] } } },
        },
      },
    },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate' },
      spec: {
        template: { spec: { containers: [{ name: 'migrate', image: 'registry:5000/orders:1' }, { name: 'bare' }] } },
      },
    },
  ];

  test('the image goes into every container of the same repository, also init containers and other objects', () => {
    const objects = versionOf(...folder);

    expect(podOf(objects)).toMatchObject({
      initContainers: [{ image: 'orders:2' }, { image: 'envoy:1' }],
      containers: [{ image: 'orders:2' }, { image: 'orders:2' }],
    });
    expect(JSON.stringify(objects)).not.toContain('registry:5000');
    expect(objects.find(({ kind }) => kind === 'CronJob')).toMatchObject({ metadata: { name: 'clean' } });
  });

  test('the containers that keep another image are reported', () => {
    expect(keptImageNotes(versionOf(...folder), 'orders:2')).toEqual([
      'These containers keep the image that the folder has, because its repository is another: proxy (envoy:1).',
    ]);
    expect(keptImageNotes(versionOf(aDeploymentObject()), 'orders:2')).toEqual([]);
  });

  test('the image makes a Job of its own, which runs once for each version', () => {
    const [first] = named(versionOf(...folder), 'Job');
    const again = folder.map((object) =>
      object.kind === 'Job' ? { ...object, spec: { ...Object(object.spec), backoffLimit: 1 } } : object,
    );

    expect(first).toMatch(/^migrate-[0-9a-f]{12}$/);
    expect(named(versionOf(...again), 'Job')[0]).not.toBe(first);
  });

  test('an image that is already in the folder changes nothing', () => {
    const objects = [aDeploymentObject({ containers: [{ name: 'app', image: 'orders:2' }, { name: 'bare' }] })];
    expect(versionOf(...objects)).toEqual(objects);
  });

  test.each([
    ['orders', 'orders'],
    ['registry:5000/shop/orders', 'registry:5000/shop/orders'],
    ['registry:5000/shop/orders:1.2', 'registry:5000/shop/orders'],
    ['orders:1@sha256:aa', 'orders'],
  ])('%s is of repository %s', (image, repository) => {
    expect(repositoryOf(image)).toBe(repository);
  });
});
