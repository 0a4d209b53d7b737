import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import { RESULT_VARIABLE } from '../../src/operations/rollout/record-cluster-task.ts';
import { aTarget, orders } from './an-order.ts';

interface Buildspec {
  readonly version: number;
  readonly env: {
    readonly shell: string;
    readonly variables: Record<string, string>;
    readonly 'exported-variables': string[];
  };
  readonly phases: Readonly<Record<'pre_build' | 'build', { readonly commands: readonly string[] }>>;
}

const text = readFileSync('buildspecs/kubectl-task.yml', 'utf8');
const buildspec = parse(text) as Buildspec;
const commands = ['pre_build' as const, 'build' as const].flatMap((phase) => buildspec.phases[phase].commands);

const folder = mkdtempSync(join(tmpdir(), 'slipway-buildspec-'));
afterAll(() => rmSync(folder, { recursive: true }));

const RESULT = JSON.stringify({ ok: true, do: 'status', notes: ['a "quote", a \'quote\', $HOME, `date` and\na line'] });

/**
 * Records its call, and writes a kubeconfig as the real program does. It fails when its call contains the value of
 * `AWS_FAILS`.
 */
const AWS = `#!/bin/bash
echo "$*" >>"$CALLS"
[[ " $* " != *" $AWS_FAILS "* ]] || { echo 'AccessDenied' >&2; exit 254; }
case "$*" in
  *update-kubeconfig*) printf '%s\\n' 'users:' '- user:' '    exec:' '      command: aws' '      env: null' >"$KUBECONFIG" ;;
  *get-token*) echo "token $RANDOM" ;;
esac
`;
/** When it is asked to run the task, it ends as the test says. Otherwise it runs Node. */
const NODE = `#!/bin/bash
[ "$1" = "$TASK" ] || exec ${process.execPath} "$@"
echo "task $KUBECONFIG $MANIFESTS_ROOT" >>"$CALLS"
eval "$TASK_DOES"
[ -z "$TASK_RESULT" ] || printf %s "$TASK_RESULT" >"$SLIPWAY_RESULT_FILE"
exit "$TASK_CODE"
`;

interface Build {
  readonly order: ClusterOrder | string;
  readonly taskCode?: number;
  readonly taskResult?: string;
  readonly awsFails?: string;
  /** Shell code that runs in place of the task, with the environment that the task gets from the build. */
  readonly taskDoes?: string;
}

/** Runs the commands as CodeBuild does: one shell for all commands, in their order, until one fails. */
async function built({ order, taskCode = 0, taskResult = RESULT, awsFails = 'nothing', taskDoes = '' }: Build) {
  const work = mkdtempSync(join(folder, 'build-'));
  const [bin, calls, exported] = ['bin', 'calls', 'exported'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(bin);
  for (const [name, program] of Object.entries({ aws: AWS, node: NODE })) {
    writeFileSync(join(bin, name), program);
    chmodSync(join(bin, name), 0o755);
  }
  const files = commands.map((command, index) => {
    writeFileSync(join(work, `command-${index}`), command);
    return join(work, `command-${index}`);
  });
  const agent = `for command in ${files.join(' ')}; do . "$command" || exit; done; printenv ${RESULT_VARIABLE} >${exported}`;
  const environment = {
    ...buildspec.env.variables,
    PATH: `${bin}:/usr/bin:/bin`,
    WORK: join(work, 'slipway'),
    TASK: '/nowhere/kubectl-task.mjs',
    ARTIFACT_BUCKET: 'artifacts',
    SLIPWAY_ORDER: typeof order === 'string' ? order : JSON.stringify(order),
    ...{ CALLS: calls, TASK_CODE: String(taskCode), TASK_RESULT: taskResult, TASK_DOES: taskDoes, AWS_FAILS: awsFails },
  };
  const output = await new Promise<{ code: number; said: string }>((resolve) => {
    execFile('bash', ['--norc', '-c', agent], { env: environment, cwd: work }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
  const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : null);
  return { ...output, work, calls: read(calls)?.split('\n') ?? [], exported: read(exported) };
}

test.each([0, 10, 11, 12, 13, 14])(
  'a build succeeds when its task ended with code %i, because the task has reported a result',
  async (taskCode) => {
    const { code, exported, calls, work } = await built({ order: orders.status(), taskCode });
    expect({ code, exported }).toEqual({ code: 0, exported: RESULT });
    expect(calls).toEqual([
      `eks update-kubeconfig --name shop-eu --kubeconfig ${work}/slipway/kubeconfig`,
      `task ${work}/slipway/kubeconfig ${work}/slipway/manifests`,
    ]);
  },
);

test.each([
  [2, 'The container task could not read its order.'],
  [1, 'The container task broke with exit code 1, and left no result.'],
  [15, 'The container task broke with exit code 15, and left no result.'],
  [70, 'The container task broke with exit code 70, and left no result.'],
  [137, 'The container task broke with exit code 137, and left no result.'],
])('a build fails, and says why, when its task ended with code %i', async (taskCode, line) => {
  const { code, exported, said } = await built({ order: orders.status(), taskCode });
  expect({ code, exported }).toEqual({ code: 1, exported: null });
  expect(said).toContain(line);
});

test('a build whose task left no result fails, whatever its exit code', async () => {
  const { code, said } = await built({ order: orders.status(), taskResult: '' });
  expect(code).toBe(1);
  expect(said).toContain('ended with exit code 0, but left no result');
});

test.each(['plan', 'diff', 'setWeight', 'restart', 'takeBack'] as const)(
  'manifests of a team are fetched only for plan and diff: %s',
  async (act) => {
    const order = orders[act](aTarget(), { folder: 'orders/prod' });
    const { code, calls, work } = await built({ order });
    const sync = `s3 sync --only-show-errors s3://artifacts/manifests/ ${work}/slipway/manifests`;
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith('s3 '))).toEqual(act === 'plan' || act === 'diff' ? [sync] : []);
  },
);

test('a build needs no bucket for manifests that Slipway renders', async () => {
  const { code, calls } = await built({ order: orders.plan() });
  expect(code).toBe(0);
  expect(calls.filter((call) => call.startsWith('s3 '))).toEqual([]);
});

test.each([
  '',
  '-shop',
  '--profile=x',
  'shop eu',
  'shop;id',
  '$(id)',
  '`id`',
  'shop\nfalse',
  '../shop',
  undefined,
  'a'.repeat(101),
])('a name that EKS does not allow never reaches a command line: %j', async (cluster) => {
  const order = { ...orders.status(), target: { ...aTarget(), cluster } };
  const { code, said, calls } = await built({ order: JSON.stringify(order) });
  expect({ code, calls }).toEqual({ code: 1, calls: [] });
  expect(said).toBe('The order does not name an EKS cluster. Correct target.cluster of the service.\n');
});

test.each(['', 'secret-and-not-json', '{}', 'null'])('an invalid order stops the build: %j', async (order) => {
  const { code, said, calls } = await built({ order });
  expect({ code, calls }).toEqual({ code: 1, calls: [] });
  expect(said).toMatch(/^SLIPWAY_ORDER is not the JSON of an order to a cluster\..*\n$/);
});

test.each([
  ['eks', 'The EKS cluster shop-eu could not be looked up.'],
  ['s3', 'The folders of manifests cannot be read from s3://artifacts/manifests/.'],
])('a call that AWS refuses (%s) stops the build before the task, with the reason', async (awsFails, line) => {
  const order = orders.plan(aTarget(), { folder: 'orders' });
  const { code, said, calls } = await built({ order, awsFails });
  expect(code).toBe(1);
  expect(said).toContain(line);
  expect(calls.filter((call) => call.startsWith('task'))).toEqual([]);
});

const CREDENTIALS = `
  plugin=$(sed -n 's/^ *command: //p' "$KUBECONFIG")
  echo "$plugin: $("$plugin" eks get-token)"
`;

test('kubectl gets its credentials from a plugin that asks AWS once, and again after ten minutes', async () => {
  const age = `node -e 'fs.utimesSync(process.argv[1], 0, Date.now() / 1000 - 660)' "$WORK/token.kept"; ls -l "$WORK/token.kept"`;
  const { code, said, calls, work } = await built({
    order: orders.status(),
    taskDoes: `${CREDENTIALS} ${CREDENTIALS} ${age} ${CREDENTIALS}`,
  });
  const [, first, second, mode, third] =
    /token: token (\d+)\n.*token: token (\d+)\n(\S+) .*\n.*token: token (\d+)/.exec(said) ?? [];
  expect({ code, mode, isKept: first === second }).toEqual({ code: 0, mode: '-rw-------', isKept: true });
  expect(third).toBeDefined();
  expect(said).toContain(`${work}/slipway/token: token`);
  expect(calls.filter((call) => call === 'eks get-token')).toHaveLength(2);
});

test('a plugin that gets no credentials from AWS returns none, and asks again', async () => {
  const { calls, said } = await built({
    order: orders.status(),
    awsFails: 'get-token',
    taskDoes: `${CREDENTIALS} ${CREDENTIALS}`,
  });
  expect(said).toMatch(/token: \n.*token: \n/s);
  expect(calls.filter((call) => call === 'eks get-token')).toHaveLength(2);
});

test('CodeBuild gets the text of the buildspec unchanged, because serverless.yml finds no variables in it', () => {
  const { kubectlTask } = createRequire(import.meta.url)('../../buildspecs/as-text.cjs');
  expect(kubectlTask).toBe(text);
  expect(text).not.toContain('${');
  expect(buildspec).toMatchObject({ version: 0.2, env: { shell: 'bash', 'exported-variables': [RESULT_VARIABLE] } });
  expect(buildspec.env.variables).toEqual({ WORK: '/tmp/slipway', TASK: '/task/kubectl-task.mjs' });
});
