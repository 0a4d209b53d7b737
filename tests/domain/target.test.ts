import { forTarget, onAlias, onCluster, targetKey, targetName, targetRules } from '../../src/domain/service/target.ts';
import { aTarget } from './a-workload.ts';

const alias = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const workload = { ...aTarget, manifests: { folder: 'k8s' } };
const { cluster, namespace } = workload;

test('a target has a name for people and a key that is stored', () => {
  expect([targetName(alias), targetKey(alias)]).toEqual(['checkout:live', 'lambda checkout:live']);
  expect([targetName(workload), targetKey(workload)]).toEqual([
    `${namespace}/${workload.workload} on ${cluster}`,
    `kubernetes ${cluster}/${namespace}/${workload.workload}`,
  ]);
});

test('a target is an alias or a workload, and no target is neither', () => {
  expect([onAlias(alias), onCluster(alias)]).toEqual([alias, null]);
  expect([onAlias(workload), onCluster(workload)]).toEqual([null, workload]);
  expect([onAlias(undefined), onCluster(undefined)]).toEqual([null, null]);
});

test('an alias shows what is live and is moved by one call; a workload is moved by a task, which keeps the record', () => {
  expect(targetRules(alias)).toEqual({
    isMovedByTask: false,
    showsWhatIsLive: true,
    hasOwnRecord: false,
    mayBeEmpty: false,
  });
  expect(targetRules(workload)).toEqual({
    isMovedByTask: true,
    showsWhatIsLive: false,
    hasOwnRecord: true,
    mayBeEmpty: true,
  });
});

test('the answer for the kind of the target is the one that is taken', () => {
  const answers = { lambda: () => 'alias', kubernetes: () => 'workload' };

  expect([forTarget(alias, answers), forTarget(workload, answers)]).toEqual(['alias', 'workload']);
});
