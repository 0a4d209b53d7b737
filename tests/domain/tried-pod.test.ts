import { triedPod } from '../../src/domain/workload/tried-pod.ts';
import { aDeploymentObject, anObject, aService } from './a-workload.ts';

const account = anObject('ServiceAccount', { name: 'orders' });

/** A Deployment with these fields in its template. */
function withTemplate({ spec, metadata }: { readonly spec?: object; readonly metadata?: object }) {
  const found = aDeploymentObject() as unknown as { spec: { template: { spec: object; metadata: object } } };
  const { template } = found.spec;
  return {
    ...aDeploymentObject(),
    spec: { ...found.spec, template: { metadata: metadata ?? template.metadata, spec: { ...template.spec, ...spec } } },
  };
}

test('a pod of the Deployment has its template, and a name of its own', () => {
  const placed = { ...aDeploymentObject(), metadata: { name: 'orders', namespace: 'shop' } };
  expect(triedPod([aService(), placed])).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'orders-slipway-try', namespace: 'shop', labels: { app: 'orders' } },
    spec: { containers: [{ name: 'app', image: 'orders:latest' }] },
  });
  const annotated = withTemplate({ metadata: { annotations: { team: 'shop' } } });
  expect(triedPod([annotated])?.metadata).toEqual({ name: 'orders-slipway-try', annotations: { team: 'shop' } });
});

test('an account that the version brings is left out because it does not exist yet, and another one stays', () => {
  const spec = { serviceAccountName: 'orders', serviceAccount: 'orders' };
  expect(triedPod([account, withTemplate({ spec })])?.spec).not.toHaveProperty('serviceAccountName');
  expect(triedPod([account, withTemplate({ spec: { serviceAccount: 'orders' } })])?.spec).not.toHaveProperty(
    'serviceAccount',
  );
  expect(triedPod([withTemplate({ spec })])?.spec).toMatchObject(spec);
  expect(triedPod([account, withTemplate({})])?.spec).toEqual({
    containers: [{ name: 'app', image: 'orders:latest' }],
  });
});

test('without a Deployment there is no pod', () => {
  expect(triedPod([aService()])).toBeNull();
});
