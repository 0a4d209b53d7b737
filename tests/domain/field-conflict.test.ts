import { nextForConflict } from '../../src/domain/workload/field-conflict.ts';

const by = (...fields: readonly string[]) => [{ manager: 'kubectl-edit', fields }];

test.each([
  '.spec.template.spec.containers[name="app"].image',
  '.spec.selector',
  '.spec.selector.app',
  '.spec.ports[port=80,protocol="TCP"].targetPort',
])('the next step for a conflict never says to leave %s out of a manifest', (field) => {
  expect(nextForConflict(by('.metadata.labels.team', field))).toBe(
    'Deploy again with "hotfix": true, which takes them over: what the manifests say holds again.',
  );
});

test.each(['.spec.replicas', '.data.key'])('%s may be taken over or left out', (field) => {
  expect(nextForConflict(by(field))).toBe(
    'Deploy again with "hotfix": true, which takes them over; or leave them out of the manifests, if they are to stay as they are.',
  );
});
