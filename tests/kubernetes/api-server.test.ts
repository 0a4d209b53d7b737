import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterObject } from '../../src/domain/workload/cluster-object.ts';
import { apiServerCluster } from '../../src/kubernetes/api-server.ts';
import { refusalOf } from '../../src/kubernetes/api-server-request.ts';

const service: ClusterObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' } };

describe('requests to an API server', () => {
  let plain: Server;
  let port: number;
  beforeAll(async () => {
    plain = createServer((_request, response) => response.end('{}'));
    await new Promise<void>((listening) => plain.listen(0, '127.0.0.1', listening));
    port = (plain.address() as AddressInfo).port;
  });
  afterAll(() => void plain.close());
  const reached = () =>
    apiServerCluster({ server: `https://127.0.0.1:${port}`, authority: 'nobody', token: () => 'a-secret-token' });

  test('an API server without TLS gets no token, and the failure is Transient and names the object', async () => {
    const failure = { name: 'Transient', message: expect.stringContaining('Service shop/orders') };
    for (const call of [
      () => reached().get(service),
      () => reached().replace(service),
      () => reached().brake({ ref: service, patch: [] }),
    ]) {
      await expect(call()).rejects.toMatchObject(failure);
      await expect(call()).rejects.toMatchObject({ message: expect.not.stringContaining('a-secret-token') });
    }
    await expect(reached().list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop' })).rejects.toMatchObject({
      name: 'Transient',
      message: expect.stringContaining('list Pod in namespace shop'),
    });
  });

  test.each(['..', '.', ''])(
    'an object named %j is refused, because the path would lead to another object',
    async (name) => {
      const ref = { ...service, metadata: { name, namespace: 'shop' } };
      await expect(reached().get(ref)).rejects.toMatchObject({ name: 'InvalidRequest' });
      await expect(reached().brake({ ref, patch: [] })).rejects.toMatchObject({ name: 'InvalidRequest' });
    },
  );
});

test.each([
  [401, 'Broken', /access entry/],
  [403, 'Broken', /Apply k8s\/access/],
  [404, 'NotFound', /Create it/],
  [408, 'Transient', /in a moment/],
  [409, 'Conflict', /Read it again/],
  [422, 'InvalidRequest', /until that is mended/],
  [429, 'Transient', /in a moment/],
  [503, 'Transient', /in a moment/],
])('an answer with status %i is %s, and its message says what to do', (status, name, next) => {
  const refusal = refusalOf({ status, text: '', reason: 'it is so' }, 'read Service shop/orders');
  expect(refusal).toMatchObject({ name, message: expect.stringMatching(next) });
  expect(refusal.message).toMatch(/^Could not read Service shop\/orders: it is so\. /i);
  const silent = refusalOf({ status, text: '', reason: null }, 'read Service shop/orders');
  expect(silent.message).toMatch(new RegExp(`status ${status}`));
});
