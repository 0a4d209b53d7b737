import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { helm, kubectl } from './kubernetes-tools.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/**
 * Returns each command of a page as a person would paste it. A line that ends in a backslash continues on the next
 * line.
 */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^( *)```sh\n([\s\S]*?)\n *```/gm)].flatMap(([, , block = '']) =>
    block
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.trim()),
  );
}

const pages = globSync('docs/how-to/*.md', { cwd: ROOT });
const commands = pages.flatMap((page) => commandsOf(page).map((command) => ({ page: basename(page), command })));

/** These commands work in a folder, and need no account, cluster or Slipway. */
const RUNS_HERE = /^(kubectl kustomize|helm template|mkdir) /;
/** These commands need one of them, or take minutes. The tests of plugin, init, adopt, the command line and the API cover them. */
const NEEDS_MORE =
  /^((npx )?slipway |curl (-X POST "\$URL\/|-H .*"\$URL\/)|curl -sSf -X POST "\$SLIPWAY_URL\/|aws |sam |npx (serverless|cdk|--prefix \.\.\/slipway (slipway|yaml)) |terraform apply|kubectl (-n shop|apply) |helm upgrade |export )/;

test('every command of the pages is run here or needs an account, a cluster or a Slipway', () => {
  const unknown = commands.filter(({ command }) => !RUNS_HERE.test(command) && !NEEDS_MORE.test(command));
  expect(unknown).toEqual([]);
});

test.each(pages.filter((page) => commandsOf(page).some((command) => RUNS_HERE.test(command))))(
  'the commands of %s that work in a folder do what the page says',
  async (page) => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-how-to-'));
    try {
      cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
      const PATH = [dirname(helm()), dirname(kubectl()), process.env.PATH].join(':');
      const script = commandsOf(page)
        .filter((command) => RUNS_HERE.test(command))
        .join('\n');
      const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
        cwd: folder,
        env: { ...process.env, PATH },
      });
      const written = globSync('rendered/**/*.yaml', { cwd: folder }).map((path) =>
        readFileSync(join(folder, path), 'utf8'),
      );
      expect([stdout, ...written].join('\n')).toMatch(/kind: Deployment[\s\S]*|kind: Service[\s\S]*/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('a spec becomes JSON as the page does it before the request', async () => {
  const [command = ''] = commands.flatMap(
    ({ command }) => /^npx --prefix \.\.\/slipway (yaml .*?) \|/.exec(command)?.[1] ?? [],
  );
  const script = `${join(ROOT, 'node_modules/.bin')}/${command}`;
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
    cwd: join(ROOT, 'examples/adopt/serverless'),
  });
  expect(JSON.parse(stdout)).toMatchObject({ name: 'shop-api', target: { kind: 'lambda' } });
});

const CALLER = { SLIPWAY_URL: 'http://127.0.0.1:9', URL: 'http://127.0.0.1:9', TOKEN: 'x', SLIPWAY_TOKEN: 'x' };

test.each(commands.filter(({ command }) => command.includes(' -d ')))(
  'the request in $page is JSON: $command',
  async ({ command }) => {
    // The text as the shell makes it: with the variables of the page, and without the quotes.
    const variables = {
      GITHUB_SHA: 'c0ffee',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      IMAGE: 'a/b',
      DIGEST: 'sha256:1',
    };
    const asked = command.replace(/^curl/, `curl() { printf '%s' "\${@: -1}"; }; curl`);
    const { stdout } = await promisify(execFile)('bash', ['-euc', asked], {
      env: { ...variables, ...CALLER, PATH: process.env.PATH },
    });
    const commit = command.includes('GITHUB_SHA') ? { commit: 'c0ffee' } : {};
    expect(JSON.parse(stdout)).toMatchObject({ service: expect.any(String), ...commit });
  },
);
