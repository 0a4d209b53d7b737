import { CLUSTER_KINDS, refusalOf } from '../../src/domain/workload/refused-kinds.ts';
import { KUBERNETES_KINDS } from '../../src/twin/cluster/api/kubernetes-kinds.ts';

const kinds = KUBERNETES_KINDS.trim()
  .split('\n')
  .map((line) => {
    const [apiVersion = '', kind = '', , where] = line.split(' ');
    return { apiVersion, kind, isCluster: where === 'cluster' };
  });

test.each(kinds.filter(({ isCluster }) => isCluster))('$apiVersion $kind has no namespace and is refused', (kind) => {
  expect(refusalOf(kind)).toMatch(/take it out/);
});

test('a kind that has a namespace is refused only when it is secret', () => {
  const refused = kinds.filter((kind) => !kind.isCluster && refusalOf(kind) !== null);
  expect(refused.map(({ kind }) => kind)).toEqual(['Secret']);
});

test('each listed kind is one of Kubernetes’ own without a namespace', () => {
  const own = kinds.filter(({ isCluster }) => isCluster).map(({ kind }) => kind);
  expect([...CLUSTER_KINDS].filter((kind) => !own.includes(kind))).toEqual([]);
});

test('a kind of another API group may have the same name', () => {
  expect(refusalOf({ apiVersion: 'example.com/v1', kind: 'Node' })).toBeNull();
});
