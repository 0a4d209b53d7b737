import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const root = new URL('../../examples/', import.meta.url);
const paths = globSync('{github-actions/deploy,adopt/images/deploy,adopt/write-back/write-back}.yml', { cwd: root });

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>
  >;
}

const workflowAt = (path: string): Workflow => parse(readFileSync(new URL(path, root), 'utf8'));
const stepsOf = (path: string) => Object.values(workflowAt(path).jobs).flatMap(({ steps }) => steps);

test('the examples have three workflows', () => {
  expect(paths).toHaveLength(3);
});

test.each(paths)('bash reads every step of %s', async (path) => {
  for (const { run = '' } of stepsOf(path)) await promisify(execFile)('bash', ['-n', '-c', run]);
});

test.each(paths)('the workflow %s stores no secret and uses no code of other authors', (path) => {
  expect(readFileSync(new URL(path, root), 'utf8')).not.toMatch(/\bsecrets\./);
  expect(stepsOf(path).flatMap(({ uses }) => uses ?? [])).toEqual([]);
  expect(workflowAt(path).permissions['id-token']).toBe('write');
});

test('the workflow for images deploys by digest, in the form that the API accepts', async () => {
  const deploy = stepsOf('adopt/images/deploy.yml').at(-1)?.run ?? '';
  // The last argument of the second curl is the body. The first curl gets the token.
  const asked = `curl() { case "$*" in *deploy*) printf '%s' "\${@: -1}";; *) echo x;; esac; }; jq() { cat; }; ${deploy}`;
  const env = {
    PATH: process.env.PATH,
    SLIPWAY_URL: 'http://127.0.0.1:9',
    SLIPWAY_AUDIENCE: 'a',
    IMAGE: 'registry/api',
  };
  const job = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:9/t', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' };
  const run = { GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1', GITHUB_SHA: 'c0ffee', DIGEST: 'sha256:1' };
  const { stdout } = await promisify(execFile)('bash', ['-euc', asked], { env: { ...env, ...job, ...run } });
  expect(JSON.parse(stdout)).toEqual({
    service: 'shop-api',
    commit: 'c0ffee',
    artifact: { image: 'registry/api@sha256:1' },
  });
});
