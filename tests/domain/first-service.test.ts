import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import {
  isSelector,
  labelsForBoth,
  otherWays,
  refuseClosedPorts,
  refuseLostPorts,
  refuseOwnStrangers,
  selecting,
  teamSelector,
} from '../../src/domain/workload/first-service.ts';
import type { Labels } from '../../src/domain/workload/workload-objects.ts';
import { aDeploymentObject, aService, aTarget, onRoute } from './a-workload.ts';

const leading = (...ports: readonly object[]) => ({ ...aService(), spec: { selector: { app: 'orders' }, ports } });
const named = (name: string) => aDeploymentObject({ containers: [{ name: 'app', image: 'a', ports: [{ name }] }] });

test('a selector is the same in any order of its labels', () => {
  expect(isSelector({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
  for (const other of [{ a: '1' }, { a: '1', b: '3' }, { a: '1', c: '2' }])
    expect(isSelector({ a: '1', b: '2' }, other)).toBe(false);
  expect(teamSelector(selecting(aService(), { tier: 'web', 'slipway/track': 'stable' }))).toEqual({ tier: 'web' });
});

const pod = (labels: Labels): ClusterObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels } });

test('a Service leads to two versions by its own labels when all pods have them, otherwise by Slipway’s labels', () => {
  const service = aService('orders', { app: 'orders', version: 'v2', 'slipway/track': 'stable' });
  const [old, fresh] = [pod({ app: 'orders', version: 'v1' }), pod({ app: 'orders', version: 'v2' })];
  expect(labelsForBoth(service, { target: aTarget, pods: [fresh] })).toEqual({ app: 'orders', version: 'v2' });
  expect(labelsForBoth(service, { target: aTarget, pods: [fresh, old] })).toEqual({ 'slipway/workload': 'orders' });
  expect(labelsForBoth(service, { target: aTarget, pods: [] })).toEqual({ app: 'orders', version: 'v2' });
});

test('a Service with other labels leads to the same track', () => {
  const service = aService('orders', { app: 'orders', 'slipway/track': 'stable' });
  expect(selecting(service, { tier: 'web' }).spec).toMatchObject({
    selector: { tier: 'web', 'slipway/track': 'stable' },
  });
});

test('a port by a name that no container has is refused, whatever the other ports are', () => {
  const http = { port: 80, targetPort: 'http' };
  expect(() => refuseLostPorts(leading({ port: 9090 }, http), named('web'))).toThrow(
    'Service orders leads port 80 to the port http of a container, and no container of orders has a port of that name: nobody would answer.',
  );
});

test.each([
  ['by its number', leading({ port: 80, targetPort: 8080 }, { port: 81, targetPort: '8081' }), named('web')],
  ['by the name that a container gives it', leading({ port: 80, targetPort: 'http' }), named('http')],
  [
    'by the name that a sidecar gives it',
    leading({ port: 80, targetPort: 'http' }),
    {
      ...aDeploymentObject(),
      spec: { template: { spec: { initContainers: [{ name: 'proxy', ports: [{ name: 'http' }] }] } } },
    },
  ],
])('a port is found %s', (_how, service, deployment) => {
  expect(() => refuseLostPorts(service, deployment)).not.toThrow();
});

test('a route that leads to a port which the Service does not have is refused', () => {
  const route: ClusterObject = { apiVersion: 'v1', kind: 'HTTPRoute', metadata: { name: 'front' } };
  const service = leading({ port: 8080, name: 'http' }, { port: 9090 });
  expect(() => refuseClosedPorts(service, { route, ports: [8080, '9090', 'http'] })).not.toThrow();
  expect(() => refuseClosedPorts(service, { route, ports: [8080, 80] })).toThrow(
    'HTTPRoute front leads to port 80 of Service orders, which has 8080, 9090 in this version: its calls would fail.',
  );
});

test('other Services with pods of both versions are named when the route has a share of its own to give', () => {
  const objects = [
    aDeploymentObject(),
    aService(),
    aService('orders-canary'),
    aService('orders-internal'),
    aService('orders-tried', { app: 'orders', 'slipway/track': 'stable' }),
    aService('basket', { app: 'basket' }),
    { ...aService('outside'), spec: { externalName: 'orders.example' } },
  ];
  const target = onRoute({ kind: 'httpRoute', name: 'front' });
  expect(otherWays(objects, target)).toEqual([
    expect.stringMatching(/^Pods of both versions are also behind Service orders-internal, whose callers/),
  ]);
  expect(otherWays(objects.slice(0, 3), target)).toEqual([]);
  expect(otherWays(objects.slice(1), target)).toEqual([]);
  expect(otherWays(objects, aTarget)).toEqual([]);
});

test('other pods of the folder may not be behind the first Service', () => {
  const template = (labels: Labels) => ({ metadata: { labels }, spec: { containers: [] } });
  const made = (kind: string, spec: object): ClusterObject => ({ ...aService('cache'), kind, spec });
  const refuse = (...objects: readonly ClusterObject[]) =>
    refuseOwnStrangers([aDeploymentObject(), aService(), ...objects], {
      target: aTarget,
      selector: { app: 'orders' },
    });
  expect(() =>
    refuse(
      made('StatefulSet', { template: template({ app: 'orders', part: 'cache' }) }),
      made('CronJob', { jobTemplate: { spec: { template: template({ app: 'orders' }) } } }),
    ),
  ).toThrow(
    'Service shop/orders selects app: orders, which the pods of StatefulSet cache, CronJob cache carry as well: they would get calls too.',
  );
  expect(() =>
    refuse(made('StatefulSet', { template: template({ app: 'cache' }) }), made('Certificate', { template: {} })),
  ).not.toThrow();
});
