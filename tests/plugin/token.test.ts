import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuthorizerContext, RequestAuthorizer } from '../../src/functions/request-authorizer.ts';
import { type ServedSlipway, serveSlipway } from './a-served-slipway.ts';

/** How the command identifies itself to Slipway: by a token in the environment, or by the identity of a GitHub job. */
const KNOWN: Readonly<Record<string, string>> = {
  'Bearer of-an-admin': 'admin',
  'Bearer of-a-deployer': 'deployer',
  'Bearer github-for-slipway-prod-3': 'admin',
};
const authorize: RequestAuthorizer = async ({ headers = {} }) => {
  const role = KNOWN[headers.authorization ?? ''];
  const context: AuthorizerContext =
    role === undefined ? { refusal: 'unknown' } : { caller: 'job', grants: JSON.stringify([{ role, services: '*' }]) };
  return { isAuthorized: true, context };
};

let slipway: ServedSlipway;
let github: Server;
let given = 0;
beforeAll(async () => {
  slipway = await serveSlipway(authorize);
  github = createServer((request, response) => {
    given += 1;
    const audience = new URL(request.url ?? '', 'http://github').searchParams.get('audience');
    const isTheJob = request.headers.authorization === 'bearer secret-of-the-job';
    response.end(JSON.stringify(isTheJob ? { value: `github-for-${audience}-${given}` } : {}));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await slipway.close();
  await new Promise((resolve) => github.close(resolve));
});
const VARIABLES = ['SLIPWAY_PLUGIN_TEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});
afterAll(() => {
  for (const name of VARIABLES) delete process.env[name];
});

test('without a token the message names the variable for it, and says that the live version is unchanged', async () => {
  await expect(slipway.release()).rejects.toThrow(
    /wants a token that it knows. Set SLIPWAY_PLUGIN_TEST_TOKEN .*id-token: write.*what was live is live/,
  );
});

test('for a token that may not register a service the message says what an admin has to do once', async () => {
  process.env.SLIPWAY_PLUGIN_TEST_TOKEN = 'of-a-deployer';
  await expect(slipway.release()).rejects.toThrow(
    /does not know the service shop-dev-api, and this token may not register it. An admin does it once: PUT \/services\/shop-dev-api with \{/,
  );
});

test('a GitHub job identifies itself by a token, and gets a newer one when the first is refused', async () => {
  process.env.ACTIONS_ID_TOKEN_REQUEST_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}/?version=2`;
  process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'secret-of-the-job';
  const said = await slipway.release({ audience: 'slipway-prod' });
  expect(said).toEqual([expect.stringMatching(/is registered/), expect.stringMatching(/is unchanged/)]);
  expect(given).toBe(3);
});

test('a job that GitHub gives no token gets a message with the missing permission', async () => {
  process.env.ACTIONS_ID_TOKEN_REQUEST_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}/?version=2`;
  process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'of-another';
  await expect(slipway.release()).rejects.toThrow(/GitHub gave no token for this job .*permissions: id-token: write/);
});
