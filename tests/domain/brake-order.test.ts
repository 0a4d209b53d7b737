import { brakeToPull, foundBehindBrake, withoutBrake } from '../../src/domain/deployment/brake.ts';
import type { Progress } from '../../src/domain/deployment/deployment.ts';
import { type BrakeOrder, isSameBrake } from '../../src/domain/workload/brake-order.ts';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { brakeBetween } from '../../src/domain/workload/ready-brake.ts';
import { aDeployment } from './a-deployment.ts';

const brake: BrakeOrder = {
  ref: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' } },
  patch: [{ op: 'replace', path: '/spec/selector', value: {} }],
};
const alarm = { kind: 'rollBack', by: 'alarm errors' } as const;
const judge = { kind: 'rollBack', by: 'judge' } as const;
const person = { kind: 'rollBack', by: 'ada' } as const;
const abort = { kind: 'abort', by: 'alarm shared' } as const;

function at(atPercent: number, change: Partial<Progress> = {}) {
  const { progress } = aDeployment();
  const steps = [{ setWeight: 25 }, { bake: { minutes: 5 } }];
  return { atPercent, steps, progress: { ...progress, stepIndex: 1, brake, ...change } };
}

test.each([
  ['an alarm at any share', at(100), alarm, brake],
  ['a verdict at any share', at(100), judge, brake],
  ['a person below 100 %', at(99), person, brake],
  ['an abort below 100 %', at(99), abort, brake],
  ['a person at 100 %, before stable was looked at', at(100), person, null],
  ['an abort at 100 %, before stable was looked at', at(100), abort, null],
  ['an abort at 100 % of what a verdict spoke against', at(100, { isCanaryBad: true }), abort, brake],
  ['nobody in a promotion', at(25, { stepIndex: 2 }), alarm, null],
  ['nobody where none is ready', at(25, { brake: undefined }), alarm, null],
])('a brake is pulled for %s', (_who, deployment, signal, expected) => {
  expect(brakeToPull(deployment, signal)).toEqual(expected);
});

test('a brake is pulled once, and the rollback records no second entry for the weight before it', () => {
  const { progress } = at(25);
  const pulled = withoutBrake({ ...aDeployment(), atPercent: 25, progress });
  expect(brakeToPull(pulled, alarm)).toBeNull();
  expect(foundBehindBrake(pulled, 25)).toBeNull();
  expect(foundBehindBrake(pulled, 50)).toBe(50);
  expect(foundBehindBrake({ progress }, 25)).toBe(25);
  expect(foundBehindBrake({ progress }, null)).toBeNull();
});

test('a brake equals another one with the same patch of the same object', () => {
  expect(isSameBrake({ ...brake }, brake)).toBe(true);
  expect(isSameBrake({ ...brake, patch: [] }, brake)).toBe(false);
  expect(isSameBrake(undefined, brake)).toBe(false);
});

describe('the patch of a brake', () => {
  const object = (kind: string, rest: object): ClusterObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'front', namespace: 'shop', resourceVersion: '7' },
    ...rest,
  });
  const named = { name: 'front', namespace: 'shop' };
  const refs = (weight: number) => [{ name: 'orders', weight }];

  test('a brake of a Service changes its whole selector', () => {
    const service = (selector?: object) => object('Service', { spec: { selector } });
    expect(brakeBetween(service({ app: 'a' }), service({ app: 'b' }))).toEqual({
      ref: { apiVersion: 'v1', kind: 'Service', metadata: named },
      patch: [
        { op: 'test', path: '/spec/selector', value: { app: 'a' } },
        { op: 'replace', path: '/spec/selector', value: { app: 'b' } },
      ],
    });
  });

  test('a brake of an HTTPRoute changes the backends of each rule that differs', () => {
    const route = (...weights: number[]) =>
      object('HTTPRoute', {
        spec: { rules: [{ filters: [] }, ...weights.map((weight) => ({ backendRefs: refs(weight) }))] },
      });
    expect(brakeBetween(route(1, 75, 30), route(1, 100, 40))?.patch).toEqual([
      { op: 'test', path: '/spec/rules/2/backendRefs', value: refs(75) },
      { op: 'replace', path: '/spec/rules/2/backendRefs', value: refs(100) },
      { op: 'test', path: '/spec/rules/3/backendRefs', value: refs(30) },
      { op: 'replace', path: '/spec/rules/3/backendRefs', value: refs(40) },
    ]);
  });

  test('a brake of an Ingress changes the annotation of its action, and no other annotation', () => {
    const action = 'alb.ingress.kubernetes.io/actions.orders';
    const ingress = (text: string): ClusterObject => {
      const { metadata, ...rest } = object('Ingress', {});
      return { ...rest, metadata: { ...metadata, annotations: { team: text, [action]: text } } };
    };
    expect(brakeBetween(ingress('1'), ingress('2'))?.patch).toEqual([
      { op: 'test', path: '/metadata/annotations/alb.ingress.kubernetes.io~1actions.orders', value: '1' },
      { op: 'replace', path: '/metadata/annotations/alb.ingress.kubernetes.io~1actions.orders', value: '2' },
    ]);
    const { metadata, ...rest } = ingress('1');
    const { annotations: _, ...bare } = metadata;
    expect(brakeBetween({ ...rest, metadata: bare }, { ...rest, metadata: bare })).toBeNull();
  });

  test('a brake of an object without a namespace names no namespace', () => {
    const bare = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'front' } };
    const order = brakeBetween({ ...bare, spec: { selector: { a: '1' } } }, { ...bare, spec: { selector: {} } });
    expect(order?.ref).toEqual(bare);
  });

  test('no brake exists when all calls are on stable, or when the patch is too long to store', () => {
    const service = (text: string) => object('Service', { spec: { selector: { app: text } } });
    expect(brakeBetween(service('a'), service('a'))).toBeNull();
    expect(brakeBetween(service('a'), service('b'.repeat(4_000)))).toBeNull();
  });
});
