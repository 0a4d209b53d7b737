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

test.each(handlers)('%s loads and has a handler, without touching anything outside', async (file) => {
  const module = await load(file);
  expect(module.handler).toBeInstanceOf(Function);
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

test('the docs page is whole without any other host, under a policy that allows none', async () => {
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
