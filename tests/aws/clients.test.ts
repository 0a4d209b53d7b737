import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { callSettings, hookCalls, patientCalls, quickCalls } from '../../src/aws/clients.ts';
import { lambdaTraffic } from '../../src/aws/lambda-traffic.ts';

let server: Server;
let requests = 0;
beforeAll(async () => {
  server = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

test('a call that is never answered is tried as often as the settings say, and is then Transient', async () => {
  const lambda = new LambdaClient({
    ...callSettings({ connectMs: 500, answerMs: 40, tries: 2 }),
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });
  const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
  const back = lambdaTraffic(lambda).takeBack({ target, stable: '41', canary: '42', revision: 'r1' });
  await expect(back).rejects.toMatchObject({ name: 'Transient', message: expect.stringContaining('TimeoutError') });
  expect(requests).toBe(2);
});

test('a quick call ends within 15 seconds, also when the network never answers', () => {
  const { maxAttempts, requestHandler } = quickCalls;
  expect(maxAttempts * (requestHandler.connectionTimeout + requestHandler.requestTimeout)).toBeLessThan(15_000);
});

test('all settings turn a late answer into an error', () => {
  for (const { requestHandler } of [quickCalls, patientCalls, hookCalls]) {
    expect(requestHandler.throwOnRequestTimeout).toBe(true);
  }
});
