import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../src/config.ts';
import { boundedResult } from '../../src/containers/bounded-result.ts';
import { type ClusterTask, runClusterTask } from '../../src/containers/cluster-task.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import type { ClusterOrder } from '../../src/domain/orders/cluster-order.ts';
import type { LogLine } from '../../src/functions/request-log.ts';
import { kubectlCluster } from '../../src/kubernetes/kubectl-cluster.ts';
import { ClusterTaskResult } from '../../src/operations/workload/cluster-messages.ts';
import { systemClock, systemPause } from '../../src/system.ts';
import { type Answer, aProxyStandIn } from '../kubernetes/a-proxy-stand-in.ts';
import { aTarget, orders } from './an-order.ts';

const kubectl = aProxyStandIn();
const folder = mkdtempSync(join(tmpdir(), 'slipway-task-'));
afterAll(() => {
  kubectl.remove();
  rmSync(folder, { recursive: true });
});

const refused = (status: number, reason: string, message = 'the server said no'): Answer => ({
  status,
  body: { kind: 'Status', status: 'Failure', reason, message },
});
/** The reads of a `status`: the record and the Deployment, which do not exist, and the pods. */
const NOTHING_THERE: Answer[] = [
  refused(404, 'NotFound'),
  refused(404, 'NotFound'),
  { body: { kind: 'PodList', items: [] } },
];
const DONE = { do: 'status', ok: true, revision: null, stable: 'none', version: null, percent: 0, pods: [], notes: [] };

/** Runs the task in this process, with time that does not pass. */
async function ran(order: ClusterOrder | string, changed: Partial<ClusterTask> = {}) {
  const resultFile = join(mkdtempSync(join(folder, 'run-')), 'result.json');
  const lines: LogLine[] = [];
  const cluster = kubectlCluster({ kubectl: kubectl.program, environment: {} });
  const code = await runClusterTask({
    readOrder: () => (typeof order === 'string' ? order : JSON.stringify(order)),
    ports: {
      cluster,
      clock: systemClock,
      pause: { sleep: async () => {} },
    },
    checkTools: async () => {},
    resultFile,
    log: (line) => lines.push(line),
    ...changed,
  });
  cluster.close();
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : null;
  return { code, lines, result };
}

test('a completed order ends with 0, leaves its result and logs two lines', async () => {
  kubectl.answers(...NOTHING_THERE);
  const { code, lines, result } = await ran(orders.status());
  const whose = { deploymentId: 'dep-1', serviceName: 'orders', do: 'status', durationMs: expect.any(Number) };

  expect(code).toBe(0);
  expect(result).toMatchObject(DONE);
  expect(lines).toEqual([
    { level: 'info', message: 'cluster task started', ...whose },
    { level: 'info', message: 'cluster task done', ...whose, result: expect.objectContaining({ stable: 'none' }) },
  ]);
});

test.each([
  [10, 'InvalidRequest', refused(400, 'BadRequest')],
  [11, 'NotFound', refused(404, 'NotFound', 'namespaces "shop" not found')],
  [12, 'Conflict', refused(409, 'Conflict')],
  [13, 'Transient', refused(503, 'ServiceUnavailable')],
  [14, 'Broken', refused(401, 'Unauthorized')],
])('a failure that Slipway knows ends with %i, and is a result: %s', async (code, name, saying) => {
  kubectl.answers(saying);
  const ended = await ran(orders.status());
  expect(ended).toMatchObject({ code, result: { do: 'status', ok: false, error: { name } } });
  expect(ended.lines.at(-1)).toMatchObject({ level: 'error', message: 'cluster task failed', error: { name } });
  expect(ClusterTaskResult.parse(ended.result)).toEqual(ended.result);
});

test('an unexpected failure ends with 70, without a result and with its stack', async () => {
  kubectl.answers(...NOTHING_THERE);
  const cluster = { ...kubectlCluster({ kubectl: kubectl.program, environment: {} }), get: () => null as never };
  const list = async () => null as never;
  const broken = await ran(orders.status(), {
    ports: { cluster: { ...cluster, list }, clock: systemClock, pause: systemPause },
  });
  expect(broken).toMatchObject({ code: 70, result: null });
  expect(broken.lines.at(-1)).toMatchObject({
    level: 'error',
    message: 'cluster task broke',
    error: { name: 'TypeError', stack: expect.stringContaining('cluster') },
  });

  kubectl.answers(...NOTHING_THERE);
  expect(await ran(orders.status(), { resultFile: '/nowhere/result.json' })).toMatchObject({ code: 70 });
});

const whole = JSON.stringify(orders.status());
test.each([
  ['not JSON', 'hunter2', /not JSON/],
  ['an unknown verb', whole.replace('"status"', '"destroy"'), /\/do/],
  ['a namespace that is none', whole.replace('"namespace":"shop"', '"namespace":"kube system"'), /\/target\/namespace/],
  ['a workload that is an option', whole.replace('"workload":"orders"', '"workload":"--all"'), /\/target\/workload/],
  ['no target', JSON.stringify({ ...orders.status(), target: undefined }), /\/target/],
  ['a list', '[]', /the whole/],
])('an order that cannot be read ends with 2, and nothing is done: %s', async (_what, order, says) => {
  kubectl.answers({});
  const { code, lines, result } = await ran(order);
  expect({ code, result, calls: kubectl.asked() }).toEqual({ code: 2, result: null, calls: [] });
  expect(lines).toMatchObject([
    { level: 'error', message: 'order unreadable', error: { message: expect.stringMatching(says) } },
  ]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('the version of kubectl is checked only before a plan, and a mismatch is the result', async () => {
  let checks = 0;
  const checkTools = async () => {
    checks += 1;
    throw new SlipwayError('Broken', 'kubectl is version v1.20.0, and Slipway needs 1.28 or later.');
  };
  kubectl.answers(refused(401, 'Unauthorized'));
  const plan = await ran(orders.plan(), { checkTools });
  expect({ ...plan, calls: kubectl.asked(), checks }).toMatchObject({
    code: 14,
    result: { do: 'plan', ok: false, error: { message: expect.stringContaining('v1.20.0') } },
    calls: [],
    checks: 1,
  });
  await ran(orders.takeBack(), { checkTools });
  expect(checks).toBe(1);
  expect(kubectl.asked()).not.toEqual([]);
});

test('when a cluster did not answer the check, the plan itself asks it again', async () => {
  kubectl.answers(refused(401, 'Unauthorized'));
  const checkTools = async () => {
    throw new SlipwayError('Transient', 'No answer.');
  };
  expect(await ran(orders.plan(), { checkTools })).toMatchObject({ code: 14, result: { error: { name: 'Broken' } } });
  expect(kubectl.asked()).not.toEqual([]);
});

test('no value of the environment of a workload reaches the log, whichever message contains it', async () => {
  const environment = {
    TOKEN: 'hunter2"\\quoted',
    NAME: 'a-long-name',
    NAME_AND_MORE: 'a-long-name-and-more',
    PORT: '8',
  };
  const order = orders.plan(aTarget(), { port: 8080, replicas: 2, environment, secrets: [] });
  kubectl.answers(refused(422, 'Invalid', `spec: "${environment.TOKEN}" and ${environment.NAME_AND_MORE} and 8: no`));
  const { lines } = await ran(order);
  const text = JSON.stringify(lines);

  expect(text).not.toMatch(/hunter2|a-long-name|and-more|TOKEN/);
  expect(lines.at(-1)?.error?.message).toContain('spec: "***" and *** and 8: no');
});

test('a result is short enough for an exported variable, and a diff is kept whole', () => {
  const [long, pod] = ['x'.repeat(9_000), { version: 'v1', ready: 1, total: 1 }];
  const done = {
    ...DONE,
    foundPercent: null,
    cleared: null,
    ok: true as const,
    notes: Array(50).fill(long),
    pods: Array(50).fill(pod),
  };
  const cut = expect.stringMatching(/^x{1994} \(cut\)$/);

  expect(boundedResult({ ...done, do: 'plan' })).toMatchObject({
    notes: Array(20).fill(cut),
    pods: Array(20).fill(pod),
  });
  expect(boundedResult({ ...done, do: 'diff', notes: [long] })).toMatchObject({ notes: [long] });
  const error = { name: 'Conflict' as const, message: long, details: { list: long } };
  expect(boundedResult({ do: 'plan', ok: false, error })).toEqual({
    ...{ do: 'plan', ok: false },
    error: { name: 'Conflict', message: cut, details: {} },
  });
  const short = { name: 'Conflict' as const, message: 'Why.', details: { manager: 'helm' } };
  expect(boundedResult({ do: 'plan', ok: false, error: short })).toMatchObject({ error: short });
});

describe('the program of the task', () => {
  const start = (environment: Record<string, string>) =>
    new Promise<{ code: number; lines: LogLine[]; stderr: string }>((resolve) => {
      const options = { env: { PATH: '/usr/bin:/bin', KUBECTL: kubectl.program, ...environment } };
      execFile(process.execPath, ['src/containers/kubectl-task.ts'], options, (error, stdout, stderr) =>
        resolve({
          code: Number(error?.code ?? 0),
          // The lines of errors are on standard error.
          lines: `${stdout}${stderr}`
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
          stderr,
        }),
      );
    });

  test('the program reads its order from the environment, and writes its result to the given place', async () => {
    const resultFile = join(folder, 'result.json');
    kubectl.answers(...NOTHING_THERE);
    const { code, lines, stderr } = await start({
      ...{ SLIPWAY_ORDER: whole, SLIPWAY_RESULT_FILE: resultFile },
      ...{
        KUBECONFIG: '/a/kubeconfig',
        AWS_REGION: 'eu-west-1',
        HTTPS_PROXY: 'http://proxy',
        OTHER: 'not for kubectl',
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(resultFile, 'utf8'))).toMatchObject(DONE);
    expect(lines.map(({ message }) => message)).toEqual(['cluster task started', 'cluster task done']);

    const { environment } = kubectl.started().at(-1) ?? { environment: {} };
    const given = {
      KUBECONFIG: '/a/kubeconfig',
      AWS_REGION: 'eu-west-1',
      HTTPS_PROXY: 'http://proxy',
      PATH: '/usr/bin:/bin',
    };
    expect(environment).toMatchObject(given);
    for (const name of ['SLIPWAY_ORDER', 'SLIPWAY_RESULT_FILE', 'OTHER']) expect(environment).not.toHaveProperty(name);
  });

  test.each([
    ['none', {}, /SLIPWAY_ORDER is not set/],
    [
      'one that is too long',
      { SLIPWAY_ORDER: `${whole}${' '.repeat(30_000)}` },
      /has 30\d+ characters, and 30000 are the most/,
    ],
  ])('the program ends with 2 without a valid order: %s', async (_what, environment, says) => {
    const { code, lines } = await start(environment);
    expect(code).toBe(2);
    expect(lines).toMatchObject([{ message: 'order unreadable', error: { message: expect.stringMatching(says) } }]);
  });

  test('the program ends with 70, and not with 0, when its result cannot be written', async () => {
    kubectl.answers(...NOTHING_THERE);
    expect(await start({ SLIPWAY_ORDER: whole, SLIPWAY_RESULT_FILE: '/nowhere/result.json' })).toMatchObject({
      code: 70,
    });
  });
});

test('settings that are not given have their defaults', () => {
  expect(config).toMatchObject({ KUBECTL: 'kubectl', MANIFESTS_ROOT: '.', SLIPWAY_RESULT_FILE: undefined });
});

test('a pause lasts as long as it says', async () => {
  const startedAt = performance.now();
  await systemPause.sleep(20);
  expect(performance.now() - startedAt).toBeGreaterThan(18);
});
