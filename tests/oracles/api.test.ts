/**
 * Compares the API of `npm start` with its own OpenAPI document, by requests that schemathesis makes from the document.
 */
import { aFaultyApi } from './api/a-faulty-api.ts';
import { aServer } from './api/a-server.ts';
import { askSchemathesis } from './api/schemathesis.ts';
import { hasSeen } from './seen.ts';

test('no request gets a 500, or an answer that the OpenAPI document does not name', async () => {
  const { url, deployments, stop } = await aServer();
  try {
    const { checkout, orders } = deployments;
    const ending = { service: 'orders', deployment: orders };
    const report = await askSchemathesis({ url, services: ['checkout'], deployments: [checkout], ending });
    const { found, details, operations, requests, taken } = report;
    // The details hold one request for each finding.
    if (found.length > 0) throw new Error(`${found.join('\n')}\n\n${details}`);
    hasSeen('api', { requests, operations, 'operations that took a request': taken.length });
  } finally {
    await stop();
  }
});

test('each route of an API that breaks its OpenAPI document is reported', async () => {
  const { url, server } = await aFaultyApi();
  try {
    const ending = { service: 'none', deployment: 'none' };
    const { found } = await askSchemathesis({ url, deployments: ['none'], services: ['none'], ending });
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ST\d+ Server error: GET \/breaks$/),
        expect.stringMatching(/^ST\d+ Undocumented status code: GET \/surprises$/),
        expect.stringMatching(/^ST\d+ .*: GET \/misspells$/),
        expect.stringMatching(/^ST\d+ .*: GET \/mistypes$/),
        expect.stringMatching(/^ST\d+ Schema-violating request accepted: GET \/swallows$/),
      ]),
    );
  } finally {
    server.close();
  }
});
