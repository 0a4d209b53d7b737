import { wayBackOrderFor } from '../../src/domain/orders/cluster-order.ts';
import { aDeployment, aSignal, type DeploymentChange } from './a-deployment.ts';
import { aTarget } from './a-workload.ts';

const manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] };
const { progress, spec } = aDeployment();

const isAccused = (change: DeploymentChange) => {
  const target = { ...aTarget, manifests };
  const order = wayBackOrderFor(
    aDeployment({ spec: { ...spec, target }, artifact: { image: 'orders:2' }, stable: 'v1', canary: 'v2', ...change }),
  );
  return order?.do === 'takeBack' && order.isCanaryBad;
};

test.each<[string, DeploymentChange, boolean]>([
  ['the judge', { signal: { ...aSignal('rollBack'), by: 'judge' } }, true],
  ['an alarm', { signal: { ...aSignal('rollBack'), by: 'alarm orders-errors' } }, true],
  ['a verdict or a hook', { progress: { ...progress, isCanaryBad: true } }, true],
  ['an alarm after its promotion', { kind: 'rollback', by: 'alarm orders-errors' }, true],
  ['a deadline', { signal: { ...aSignal('rollBack'), by: 'slipway' } }, false],
  ['who aborts it', { signal: { ...aSignal('abort'), by: 'alarm of somebody' } }, false],
  ['who rolls it back after its promotion', { kind: 'rollback', by: 'ada@example.com' }, false],
  ['nobody', {}, false],
])('a canary is accused only by evidence: by %s', (_who, change, expected) => {
  expect(isAccused(change)).toBe(expected);
});
