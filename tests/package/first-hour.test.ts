import { type Installation, installPackage, type Server, until } from './an-installation.ts';
import { NODES } from './nodes.ts';

/** The first hour of a person who has a handler, an empty folder and the package: everything by the command line. */
const SPEC = `name: hello
target: { kind: lambda, function: hello, alias: live }
strategy: [{ setWeight: 25 }, { bake: { minutes: 5 } }, { judge: {} }]
alarms: [hello-errors]
rehearsal: { handler: v1.mjs, requestsPerSecond: 20 }
`;
const GOOD = "export const handler = async () => ({ statusCode: 200, body: 'hello' });\n";
const BROKEN = `export const handler = async () => {
  if (Math.random() < 0.5) throw new Error('the table orders has no column total');
  return { statusCode: 200, body: 'hello' };
};
`;

describe.each(NODES)('under Node $version', (node) => {
  const port = 4_390 + NODES.indexOf(node);
  let installation: Installation;
  let server: Server;
  const slipway = (...args: string[]) => installation.slipway(...args, '--url', `http://127.0.0.1:${port}`);

  beforeAll(async () => {
    installation = await installPackage(node);
    installation.write('slipway.yml', SPEC);
    installation.write('v1.mjs', GOOD);
    installation.write('v2.mjs', GOOD.replace('hello', 'hello again'));
    installation.write('v3.mjs', BROKEN);
    server = await installation.start(port, ['--service', 'slipway.yml']);
  });

  afterAll(() => installation.remove());

  test('the server answers, with its documents and without a warning', async () => {
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect(await (await get('/health')).json()).toMatchObject({ status: 'ok' });
    for (const file of ['/docs', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/openapi.json'])
      expect({ file, status: (await get(file)).status }).toEqual({ file, status: 200 });
    expect(server.output()).not.toMatch(/Warning| {4}at /);
  });

  test('an own handler is deployed, followed, promoted early, and then it is live', async () => {
    await until(async () => (await slipway('check', 'hello')).code === 0, 'the check of hello finds nothing');
    const deployed = slipway('deploy', 'hello', '--file', 'v2.mjs', '--reason', 'says hello again');
    await until(() => /hello .*bake started/.test(server.output()), 'the rollout of hello bakes');
    expect(await slipway('status', 'hello')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('25 %') });
    expect(await slipway('promote', 'hello', '--reason', 'looks good')).toMatchObject({ code: 0, err: '' });
    expect(await deployed).toMatchObject({ code: 0, err: '' });
    expect(server.output()).toMatch(/hello .*Version 2 holds all the traffic/);
  });

  test('a broken version is rolled back by itself, and its reason can be read', async () => {
    const { code } = await slipway('deploy', 'hello', '--file', 'v3.mjs');
    expect(code).toBe(2);
    const explained = await slipway('explain', 'hello');
    expect(explained.code).toBe(0);
    const text = explained.out.replace(/\s+/g, ' ');
    expect(text).toContain('the table orders has no column total');
    expect(text).toContain('v3.mjs:2');
    expect(text).toContain('hello-errors turned red');
  });

  test('the examples that come with the package can be deployed as the first screen says', async () => {
    const keys = [...server.output().matchAll(/--file (\S+)|"key": "(\S+)"/g)].map(
      ([, file, key]) => file ?? key ?? '',
    );
    expect(keys.length).toBeGreaterThan(0);
    for (const key of new Set(keys)) {
      const service = /examples\/(\w+)\//.exec(key)?.[1] ?? 'hello';
      const dry = await slipway('deploy', service, '--file', key, '--dry-run');
      expect({ key, code: dry.code, err: dry.err }).toEqual({ key, code: 0, err: '' });
    }
  });

  test('the server stops at Ctrl-C', async () => {
    expect(await server.stop()).toMatchObject({ code: 0 });
  });
});
