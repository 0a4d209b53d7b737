import fc from 'fast-check';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  VERSIONS_KEPT,
  versionObject,
  versionRef,
  versionsToForget,
} from '../../src/domain/workload/stored-version.ts';
import { aDeploymentObject, anObject, aTarget } from './a-workload.ts';

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

test('a version is stored with its manifests, is found by its name, and cannot be changed', () => {
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

describe('manifests that no ConfigMap can hold', () => {
  const big = (length: number, more: object = {}) => ({
    ...anObject('ConfigMap', { name: 'big' }),
    ...textOf(length),
    ...more,
  });
  const textOf = (length: number, letter = 'x') => ({ data: { text: letter.repeat(length) } });
  const copyOf = (object: ClusterObject) => ({
    ...object,
    metadata: { name: 'big-v0', annotations: { 'slipway/copy-of': 'big' } },
  });
  const keep =
    (...objects: readonly ClusterObject[]) =>
    () =>
      versionObject(aTarget, { version: 'v1', objects, deploymentId: 'dep-001' });

  test('manifests that are too large are refused by their bytes, and slightly smaller ones are not', () => {
    expect(keep(big(899_900))).not.toThrow();
    expect(keep(big(900_000))).toThrow(
      expect.objectContaining({
        name: 'InvalidRequest',
        message: expect.stringMatching(/manifests of orders have 900\d\d\d bytes; 900000 are the most/),
      }),
    );
    expect(keep(big(0, textOf(299_900, '日')))).not.toThrow();
    expect(keep(big(0, textOf(300_000, '日')))).toThrow(/have 900\d\d\d bytes/);
  });

  test.each([
    [
      'a ConfigMap',
      [big(10), { ...big(900_000), metadata: { name: 'table' } }],
      /ConfigMap table, with .* Apply it yourself/,
    ],
    [
      'a copy that pods read',
      [copyOf(big(500_000)), big(500_000)],
      /ConfigMap big, .* kept twice, .* give it "immutable: true"/,
    ],
    ['a copy of what is too large by itself', [copyOf(big(950_000)), big(950_000)], /kept twice, .* Apply it yourself/],
    ['the Deployment', [{ ...aDeploymentObject(), ...textOf(900_000) }], /Make the Deployment smaller/],
  ])('the refusal of large manifests names %s, and a next step that is possible', (_what, objects, says) => {
    expect(keep(aDeploymentObject(), ...objects)).toThrow(says);
  });

  test('manifests are small enough when the copy is left out', () => {
    expect(keep(aDeploymentObject(), big(500_000, { immutable: true }))).not.toThrow();
  });
});

test('the newest versions stay, and so do needed versions, however old', () => {
  const twelve = Array.from({ length: 12 }, (_, index) => index + 1);

  expect(forgotten(twelve)).toEqual([`slipway-orders-${version(2)}`, `slipway-orders-${version(1)}`]);
  expect(forgotten(twelve, [version(1), null])).toEqual([`slipway-orders-${version(2)}`]);
  expect(forgotten(twelve.slice(2))).toEqual([]);
});

test('a ConfigMap without its time counts as the oldest', () => {
  const unknown = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'slipway-orders-odd', namespace: 'shop' } };
  const ten = Array.from({ length: VERSIONS_KEPT }, (_, index) => kept(index + 1));

  expect(versionsToForget([unknown, ...ten], { needed: [version(1)] })).toEqual([unknown]);
});

test('the number of stored versions is the same in any order of the list, and the needed ones stay', () => {
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
