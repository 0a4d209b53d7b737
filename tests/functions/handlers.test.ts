import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { anEvent } from './an-event.ts';

const root = new URL('../../src/functions/', import.meta.url).pathname;
const handlers = ['http', 'workflow', 'events'].flatMap((folder) =>
  readdirSync(`${root}${folder}`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`),
);

beforeAll(() => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    ROLLOUT_MACHINE_ARN: 'arn:aws:states:eu-central-1:1:stateMachine:rollout',
    ROLLBACK_MACHINE_ARN: 'arn:aws:states:eu-central-1:1:stateMachine:rollback',
    DEPLOYMENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:1:deployments',
    INCIDENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:1:incidents',
    EVENT_BUS_NAME: 'slipway-test',
    TOKEN_AUDIENCE: 'slipway-test',
    TOKEN_ISSUER: 'slipway-test',
    TOKEN_KEY_ID: 'key-1',
  });
});

const { write } = process.stdout;
beforeAll(() => {
  process.stdout.write = () => true;
});
afterAll(() => {
  process.stdout.write = write;
});

const load = (file: string) => import(pathToFileURL(`${root}${file}`).href);

test.each(handlers)('%s loads and has a handler, without a call to anything outside', async (file) => {
  const module = await load(file);
  expect(module.handler).toBeInstanceOf(Function);
});

const OPEN = [
  ...['http/read-health.ts', 'http/read-readiness.ts', 'http/authorize-request.ts'],
  ...['http/docs.ts', 'http/openapi.ts'],
];

test.each(handlers.filter((file) => file.startsWith('http/') && !OPEN.includes(file)))(
  "%s refuses a request without the authorizer's answer, and does not trust other claims",
  async (file) => {
    const { handler } = await load(file);
    const claims = { caller: 'eve', grants: JSON.stringify([{ role: 'admin', services: '*' }]) };
    const unknown = [
      anEvent({ caller: null }),
      anEvent({ authorized: { caller: 'eve' } }),
      anEvent({ authorized: { caller: 'eve', grants: 'all' } }),
      anEvent({ authorized: { caller: 'eve', grants: '[{"role":"root","services":"*"}]' } }),
      anEvent({ authorized: { ...claims, caller: '' } }),
      anEvent({ authorized: { refusal: 'expired' } }),
      anEvent({ authorized: { refusal: 'something new' } }),
      anEvent({ caller: null, headers: claims }),
      anEvent({ caller: null, query: claims, body: claims }),
    ];
    for (const event of unknown) {
      expect(await handler(event)).toMatchObject({
        statusCode: 401,
        headers: { 'content-type': 'application/problem+json', 'www-authenticate': expect.stringMatching(/^Bearer/) },
      });
    }
  },
);

test('the authorizer answers a request without a token in the form that API Gateway expects', async () => {
  const { handler } = await load('http/authorize-request.ts');
  expect(await handler(anEvent({ caller: null }))).toEqual({ isAuthorized: true, context: { refusal: 'no token' } });
});

test.each([
  ['http/read-health.ts', '/health', 'application/json'],
  ['http/openapi.ts', '/openapi.json', 'application/json'],
  ['http/docs.ts', '/docs', 'text/html; charset=utf-8'],
])('%s answers without a database', async (file, path, type) => {
  const { handler } = await load(file);
  expect(await handler(anEvent({ method: 'GET', path }))).toMatchObject({
    statusCode: 200,
    headers: { 'content-type': type },
  });
});

test('the root leads to the docs page', async () => {
  const { handler } = await load('http/docs.ts');
  const answer = await handler(anEvent({ method: 'GET', path: '/', caller: null }));
  expect(answer).toMatchObject({ statusCode: 302, headers: { location: '/docs' } });
  expect(answer).not.toHaveProperty('body');
});

test('the docs page needs no other host, under a policy that allows none', async () => {
  const { handler } = await load('http/docs.ts');
  const get = (asset: string) =>
    handler(
      anEvent({ method: 'GET', path: `/docs/${asset}`, routeKey: 'GET /docs/{asset}', pathParameters: { asset } }),
    );
  const page = await handler(anEvent({ method: 'GET', path: '/docs' }));
  const files = [...page.body.matchAll(/(?:src|href)="docs\/([^"]+)"/g)].map(([, asset]) => asset);

  expect(files).toEqual(['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js']);
  for (const asset of files) expect(await get(asset)).toMatchObject({ statusCode: 200 });
  expect(page.body).not.toMatch(/https?:/);
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
  expect(await get('../package.json')).toMatchObject({ statusCode: 404 });
});
