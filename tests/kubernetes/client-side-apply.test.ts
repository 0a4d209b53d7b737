import { takeOverPatch } from '../../src/kubernetes/client-side-apply.ts';

const LAST_APPLIED = 'f:kubectl.kubernetes.io/last-applied-configuration';
const byPerson = {
  manager: 'kubectl-client-side-apply',
  operation: 'Update',
  fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [LAST_APPLIED]: {} } }, 'f:data': { 'f:a': {}, 'f:b': {} } },
};
const bySlipway = { manager: 'slipway', operation: 'Apply', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } };
const byScaler = { manager: 'autoscaler', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': {} } };
const object = (...managedFields: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop', resourceVersion: '7', managedFields },
});

test('the fields of a client-side apply pass to the manager, and the fields of others stay with them', () => {
  expect(takeOverPatch(object(byPerson, byScaler, bySlipway), 'slipway')).toEqual([
    {
      op: 'replace',
      path: '/metadata/managedFields',
      value: [
        byScaler,
        {
          ...bySlipway,
          fieldsV1: {
            'f:data': { '.': {}, 'f:a': {}, 'f:b': {} },
            'f:metadata': byPerson.fieldsV1['f:metadata'],
          },
        },
      ],
    },
    { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
  ]);
});

test.each([
  ['nobody applied it so', object(byScaler, bySlipway)],
  ['an edit is no apply', object({ ...byPerson, fieldsV1: { 'f:data': {} } }, bySlipway)],
  ['Slipway has not applied it', object(byPerson)],
  ['nobody says whose its fields are', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }],
])('no field is taken over where %s', (_, found) => {
  expect(takeOverPatch(found, 'slipway')).toBeNull();
});
