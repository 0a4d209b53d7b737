import { readFileSync } from 'node:fs';
import { commands } from '../../src/cli/all-commands.ts';
import { type Installation, installPackage } from './an-installation.ts';
import { NODES } from './nodes.ts';

/** What npm writes when it has something to say to the person who installs. */
const WARNING = /warn|EBADENGINE|deprecated|vulnerab|funding/i;

const SPEC = `name: api
target: { kind: lambda, function: api }
strategy: [{ setWeight: 25 }, { bake: { minutes: 10 } }, { judge: {} }]
alarms: [api-errors]
`;

const TEMPLATE = {
  Resources: {
    Api: {
      Type: 'AWS::Serverless::Function',
      Properties: { FunctionName: 'api', Handler: 'src/app.handler', Runtime: 'nodejs24.x', AutoPublishAlias: 'live' },
    },
  },
  Transform: 'AWS::Serverless-2016-10-31',
};

describe.each(NODES)('under Node $version with npm $npm', (node) => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await installPackage(node);
  });

  afterAll(() => installation.remove());

  test('npm installs the package without a warning', () => {
    expect(installation.installed).toMatchObject({ code: 0, err: expect.not.stringMatching(WARNING) });
    expect(installation.installed.out).not.toMatch(WARNING);
  });

  test('the package says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await installation.slipway('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('every command says its help, and the help of all names every command', async () => {
    const all = await installation.slipway('--help');
    for (const { declaration } of commands) {
      const { code, out, err } = await installation.run('npx', ['slipway', declaration.name, '--help']);
      expect({ name: declaration.name, code, err }).toEqual({ name: declaration.name, code: 0, err: '' });
      expect(out).toContain(`Usage: slipway ${declaration.name}`);
      expect(all.out).toContain(`  ${declaration.name} `);
    }
  });

  test('rehearse runs in several threads, and a thread gives the same figures as none', async () => {
    installation.write('slipway.yml', SPEC);
    const rehearse = (workers: number) =>
      installation.slipway('rehearse', 'slipway.yml', '--runs', '10', '--json', '--workers', String(workers));
    const [alone, threads] = [await rehearse(1), await rehearse(2)];
    expect({ code: alone.code, out: alone.out.length > 1_000 }).toEqual({ code: 0, out: true });
    expect(JSON.parse(threads.out).scenarios).toEqual(JSON.parse(alone.out).scenarios);
  });

  test('calibrate proposes a strategy', async () => {
    installation.write('slipway.yml', SPEC);
    const { code, out, err } = await installation.slipway('calibrate', 'slipway.yml', '--runs', '20');
    expect({ code, err }).toEqual({ code: expect.any(Number), err: expect.not.stringContaining('    at ') });
    expect(out).toContain('slipway.yml');
  });

  test('simulate plays a seed, and gives the bytes that the sources give', async () => {
    const { code, out } = await installation.slipway('simulate', '--seed', '7');
    expect(code).toBe(0);
    expect(out).toContain('every invariant holds');
  });

  test('init writes the file of a service', async () => {
    installation.write('template.json', JSON.stringify(TEMPLATE));
    const { code, out, err } = await installation.slipway('init', 'template.json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('api');
  });

  test.each([
    ['token', ['token', 'create', '--stage', 'dev']],
    ['adopt', ['adopt', '--function', 'api', '--yes']],
  ])('%s loads the SDK, and says what it needs of AWS', async (_, args) => {
    const { code, out, err } = await installation.slipway(...args);
    expect({ code, out }).toEqual({ code: expect.any(Number), out: '' });
    expect(code).not.toBe(0);
    expect(err).not.toMatch(/Cannot find (module|package)|is not a function|SyntaxError/);
  });

  test('the stack of an error that nobody expected names the line of the source', async () => {
    const planted = 'data:text/javascript,process.argv.slice = undefined';
    const args = ['--import', planted, 'node_modules/slipway/bin/slipway.js', '--version'];
    const { code, err } = await installation.run('node', args);
    const [, line] = /slipway\/src\/cli\/main\.ts:(\d+)/.exec(err) ?? [];
    expect(code).toBe(1);
    expect(readFileSync('src/cli/main.ts', 'utf8').split('\n')[Number(line) - 1]).toContain('process.argv.slice');
    // Without whole programs between the lines.
    expect(err.length).toBeLessThan(2_000);
  });
});
