import { secondService } from '../../src/domain/workload/second-service.ts';
import { aService } from './a-workload.ts';

const service = (spec: object, annotations?: Readonly<Record<string, string>>) => ({
  ...aService(),
  metadata: { name: 'orders', labels: { app: 'orders' }, ...(annotations && { annotations }) },
  spec: { selector: { app: 'orders' }, ports: [{ port: 80, name: 'http' }], ...spec },
});

test('a second Service has the ports of the first and none of its names outside the cluster', () => {
  const public_ = service(
    {
      type: 'LoadBalancer',
      ports: [{ port: 80, name: 'http', targetPort: 8080, nodePort: 30_080 }],
      clusterIP: '10.0.0.7',
      clusterIPs: ['10.0.0.7'],
      externalIPs: ['198.51.100.7'],
      loadBalancerIP: '198.51.100.8',
      loadBalancerClass: 'service.k8s.aws/nlb',
      loadBalancerSourceRanges: ['0.0.0.0/0'],
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30_081,
      externalName: 'orders.example.com',
      sessionAffinity: 'ClientIP',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv6'],
    },
    { 'external-dns.alpha.kubernetes.io/hostname': 'orders.example.com' },
  );

  expect(secondService(public_, 'orders-canary')).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'orders-canary', labels: { app: 'orders' } },
    spec: {
      type: 'ClusterIP',
      selector: { app: 'orders' },
      ports: [{ port: 80, name: 'http', targetPort: 8080 }],
      sessionAffinity: 'ClientIP',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv6'],
    },
  });
});

test('a second Service has no address of its own when the first has none, and then may name no port', () => {
  const headless = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec: { clusterIP: 'None' } };
  expect(secondService(headless, 'orders-preview')).toMatchObject({
    metadata: { name: 'orders-preview' },
    spec: { type: 'ClusterIP', clusterIP: 'None', selector: {} },
  });
});
