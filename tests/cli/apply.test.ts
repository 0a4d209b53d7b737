/** `slipway apply` as a person runs it: the files, the questions, and a real server with functions under traffic. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplyDesk, apply } from '../../src/cli/commands/apply.ts';
import { remoteDesk } from '../../src/cli/remote/desk.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from '../embedded/an-embedded.ts';
import { MISTAKES } from './lint-mistakes.ts';
import { slipway } from './remote-scene.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-apply-'));
let embedded: Embedded;
let url: string;

beforeAll(async () => {
  writeFileSync(join(folder, 'v1.mjs'), "export const handler = async () => ({ statusCode: 200, body: 'one' });");
  mkdirSync(join(folder, 'files'));
  embedded = await anEmbedded(folder);
  url = `http://localhost:${embedded.port}`;
});
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

function fileOf(name: string, text: string): string {
  const path = join(folder, 'files', name);
  writeFileSync(path, text);
  return path;
}

const SHOP = (name: string, more = '') => `name: ${name}
target: { kind: lambda, function: ${name}, alias: live }
strategy:
  - setWeight: 10
  - bake: { minutes: 5 }
alarms: [${name}-errors]
rehearsal: { handler: v1.mjs, requestsPerSecond: 1 }
${more}`;

async function run(args: readonly string[], answer: string | null = null) {
  const out: string[] = [];
  const err: string[] = [];
  const asked: string[] = [];
  const desk: ApplyDesk = {
    ...remoteDesk,
    print: (text) => void out.push(text),
    tell: (text) => void err.push(text),
    width: () => 200,
    isScreen: () => false,
    ask:
      answer === null
        ? null
        : async (question) => {
            asked.push(question);
            return answer;
          },
  };
  const code = await apply([...args, '--url', url], desk);
  return { code, out: out.join('\n'), err: err.join('\n'), asked };
}

const registered = async (name: string) => {
  const response = await fetch(`${url}/services/${name}`);
  return response.ok ? ((await response.json()) as { revision: number; spec: Record<string, unknown> }) : null;
};

test.each(MISTAKES)(
  'apply says the place and the way out of $about, and asks no server',
  async ({ text, at, says }) => {
    const path = fileOf('mistake.yml', text);
    const desk: ApplyDesk = {
      ...remoteDesk,
      print: () => {},
      tell: (said) => void told.push(said),
      width: () => 200,
      isScreen: () => false,
      ask: null,
    };
    const told: string[] = [];
    // Nothing listens at this port.
    expect(await apply(['-f', path, '--url', 'http://127.0.0.1:9', '--yes'], desk)).toBe(1);
    expect(told.join('\n')).toContain(`${path}:${at}: error: `);
    expect(told.join('\n')).toContain(says);
  },
);

test('a new service is shown, registered after a yes, and checked', async () => {
  const path = fileOf('new.yml', SHOP('apply-new'));
  const first = await run(['-f', path], 'y');
  expect(first).toMatchObject({ code: 0, asked: [expect.stringContaining('[y/N]')] });
  expect(first.out).toContain(`apply-new, from ${path}: a new service.`);
  expect(first.out).toContain('apply-new is registered: revision 1.');
  expect(await registered('apply-new')).toMatchObject({ revision: 1 });
});

test('a file that changes nothing says so, asks nothing and makes no revision', async () => {
  const path = fileOf('same.yml', SHOP('apply-same'));
  await run(['-f', path, '--yes']);
  const again = await run(['-f', path], 'y');
  expect(again).toMatchObject({ code: 0, asked: [] });
  expect(again.out).toBe(
    `apply-same, from ${path}: nothing changes; revision 1 stays. To send its rehearsal again: --yes.`,
  );
  expect((await run(['-f', path, '--yes'])).out).toContain('apply-same is registered: revision 1.');
  expect(await registered('apply-same')).toMatchObject({ revision: 1 });
});

test('each change is shown by its field: new, taken out, and before and after', async () => {
  await run(['-f', fileOf('a.yml', SHOP('apply-diff', 'watch: { minutes: 5 }')), '--yes']);
  const changed = SHOP(
    'apply-diff',
    'watch: { hours: 1 }\nhooks: { afterTraffic: [{ webhook: "https://shop.example/" }] }',
  )
    .replace('minutes: 5', 'minutes: 9')
    .replace('[apply-diff-errors]', '[]');
  const { code, out } = await run(['-f', fileOf('a.yml', changed), '--dry-run']);
  expect(code).toBe(0);
  expect(out.split('\n').slice(1)).toEqual([
    '  ~ strategy item 2, bake.minutes: 5 -> 9',
    '  + hooks.afterTraffic item 1: { webhook: https://shop.example/ }',
    '  ~ watch: { minutes: 5 } -> { hours: 1 }',
    '  - alarms item 1: apply-diff-errors',
  ]);
  expect(await registered('apply-diff')).toMatchObject({ revision: 1 });
});

test.each([
  ['without a terminal', null],
  ['after a no', 'n'],
])('%s nothing is registered, and the exit code is 1', async (_, answer) => {
  const path = fileOf('no.yml', SHOP('apply-no'));
  const { code, out, err } = await run(['-f', path], answer);
  expect(code).toBe(1);
  expect(out).toContain('a new service.');
  expect(err).toContain('Nothing was changed. Say yes to the question, or run it with --yes.');
  expect(await registered('apply-no')).toBeNull();
});

test('what only the server refuses is shown at its line and column', async () => {
  const path = fileOf('handler.yml', SHOP('apply-late').replace('v1.mjs', 'nowhere.mjs'));
  const { code, err } = await run(['-f', path, '--yes']);
  expect(code).toBe(1);
  expect(err).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:7:\\d+: error: .*nowhere\\.mjs`));
  expect(await registered('apply-late')).toBeNull();
});

test('a mistake in one of several files registers none of them', async () => {
  const good = fileOf('one.yml', SHOP('apply-one'));
  const bad = fileOf('two.yml', SHOP('apply-two', 'stratgy: x'));
  const { code, err } = await run(['-f', good, '-f', bad, '--yes']);
  expect(code).toBe(1);
  expect(err).toContain('Did you mean "strategy"?');
  expect(err).not.toContain('one.yml');
  expect(await registered('apply-one')).toBeNull();
});

test('two files about the same service are refused', async () => {
  const [one, two] = [fileOf('x.yml', SHOP('apply-x')), fileOf('y.yml', SHOP('apply-x'))];
  const { code, err } = await run(['-f', one, '-f', two, '--yes']);
  expect(code).toBe(1);
  expect(err).toContain(`${two}:1:7: error: ${one} is about apply-x as well.`);
});

test('a service takes the target of another when it says so', async () => {
  await run(['-f', fileOf('old.yml', SHOP('apply-old')), '--yes']);
  const path = fileOf('taking.yml', SHOP('apply-taking').replace('function: apply-taking', 'function: apply-old'));
  const without = await run(['-f', path, '--yes']);
  expect(without.code).toBe(9);
  expect(await run(['-f', path, '--yes', '--take-from', 'apply-old'])).toMatchObject({ code: 0 });
  expect([await registered('apply-old'), (await registered('apply-taking'))?.revision]).toEqual([null, 1]);
});

test('as a process with --json, the answer is one document with changes and findings', async () => {
  const path = fileOf('json.yml', SHOP('apply-json'));
  const planned = await slipway(['apply', path, '--json'], { url });
  expect(planned.code).toBe(1);
  expect(JSON.parse(planned.stdout)).toEqual({
    services: [{ path, name: 'apply-json', revision: null, changes: [] }],
    applied: false,
  });
  const applied = await slipway(['apply', '-f', '-', '--json', '--yes'], { url, input: SHOP('apply-json') });
  expect(applied.code).toBe(0);
  expect(JSON.parse(applied.stdout)).toMatchObject({
    services: [{ path: '-', revision: 1, findings: expect.any(Array) }],
    applied: true,
  });
});
