import fc from 'fast-check';
import { VERSIONS_KEPT, versionObject, versionRef, versionsToForget } from '../../src/domain/cluster/stored-version.ts';
import { aDeploymentObject, aTarget } from './a-workload.ts';

const version = (number: number) => `v${String(number).padStart(12, '0')}`;
const deploymentId = (number: number) => `dep-${String(number).padStart(3, '0')}`;
const kept = (number: number) =>
  versionObject(aTarget, {
    version: version(number),
    objects: [aDeploymentObject()],
    deploymentId: deploymentId(number),
  });
const forgotten = (numbers: readonly number[], needed: readonly (string | null)[] = []) =>
  versionsToForget(numbers.map(kept), { needed }).map(({ metadata }) => metadata.name);

test('a version is kept with its manifests, where it is found by its name, and cannot be changed', () => {
  const object = kept(1);

  expect(object).toMatchObject({ ...versionRef(aTarget, version(1)), immutable: true });
  expect(object.metadata.labels).toEqual({
    'slipway/workload': 'orders',
    'slipway/holds': 'version',
    'slipway/version': version(1),
    'kor/used': 'true',
  });
  expect(object.metadata.annotations).toEqual({ 'slipway/deployment': 'dep-001' });
  expect(JSON.parse((object.data as { objects: string }).objects)).toEqual([aDeploymentObject()]);
});

test('manifests that no ConfigMap can hold are refused, and what is a little smaller is not', () => {
  const ofSize = (length: number) => () =>
    versionObject(aTarget, {
      version: 'v1',
      objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'big' }, text: 'x'.repeat(length) }],
      deploymentId: 'dep-001',
    });

  expect(ofSize(899_900)).not.toThrow();
  expect(ofSize(900_000)).toThrow(
    expect.objectContaining({
      name: 'InvalidRequest',
      message: expect.stringMatching(
        /manifests of orders have 900\d\d\d characters; 900000 are the most.*Take large ConfigMaps out/,
      ),
    }),
  );
});

test('the newest versions stay, and so does what is needed, however old it is', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => index + 1);

  expect(forgotten(twelve)).toEqual([`slipway-orders-${version(2)}`, `slipway-orders-${version(1)}`]);
  expect(forgotten(twelve, [version(1), null])).toEqual([`slipway-orders-${version(2)}`]);
  expect(forgotten(twelve.slice(2))).toEqual([]);
});

test('a ConfigMap that does not say what it is counts as the oldest', () => {
  const unknown = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'slipway-orders-odd', namespace: 'shop' } };
  const ten = Array.from({ length: VERSIONS_KEPT }, (_, index) => kept(index + 1));

  expect(versionsToForget([unknown, ...ten], { needed: [version(1)] })).toEqual([unknown]);
});

test('in whatever order they are listed, as many stay as are kept, and the needed ones with them', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 60 }), (stored, live) => {
      const gone = versionsToForget(stored.map(kept), { needed: [version(live)] });
      const names = gone.map(({ metadata }) => metadata.name);
      const newest = [...stored].sort((one, other) => other - one).slice(0, VERSIONS_KEPT);

      for (const number of [...newest, live]) expect(names).not.toContain(`slipway-orders-${version(number)}`);
      expect(stored.length - gone.length).toBeLessThanOrEqual(VERSIONS_KEPT + 1);
    }),
  );
});
