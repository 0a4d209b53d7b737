import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterDone, ClusterOrder, ClusterResult } from '../../src/domain/orders/cluster-order.ts';
import type { Manifests, WorkloadTarget } from '../../src/domain/service/service-spec.ts';
import { aNamespace, type Namespace } from './a-namespace.ts';
import { kubeconfigOfSlipway } from './a-slipway.ts';
import { eventually } from './eventually.ts';
import { kubectlSettings } from './kubectl-settings.ts';

let namespace: Namespace;
let environment: Readonly<Record<string, string>>;
beforeAll(async () => {
  namespace = await aNamespace();
  environment = kubectlSettings(namespace, await kubeconfigOfSlipway(namespace)).environment;
});
afterAll(() => namespace.remove());

const folder = mkdtempSync(join(tmpdir(), 'slipway-task-'));
let tasks = 0;

/** Starts the container task as CodeBuild does: a process with the order in its environment. */
function start(order: object, changed: Readonly<Record<string, string>> = {}) {
  tasks += 1;
  const resultFile = join(folder, `${tasks}.json`);
  const env = {
    ...environment,
    KUBECTL: namespace.program,
    SLIPWAY_ORDER: JSON.stringify(order),
    SLIPWAY_RESULT_FILE: resultFile,
    ...changed,
  };
  const task: ChildProcess = spawn(process.execPath, ['src/containers/kubectl-task.ts'], { env, stdio: 'ignore' });
  const result = () => JSON.parse(readFileSync(resultFile, 'utf8')) as ClusterResult;
  return { task, result };
}

async function run(order: object, changed?: Readonly<Record<string, string>>) {
  const { task, result } = start(order, changed);
  const [code] = await once(task, 'exit');
  return { code, result: result() };
}

async function done(order: object): Promise<ClusterDone> {
  const { result } = await run(order);
  if (!result.ok) throw new Error(result.error.message);
  return result;
}

function aWorkload(workload: string, manifests: Manifests = { port: 8080, replicas: 3, environment: {}, secrets: [] }) {
  const target: WorkloadTarget = {
    kind: 'kubernetes',
    cluster: 'tests',
    namespace: namespace.name,
    workload,
    route: { kind: 'replicas' },
    readyWithin: { seconds: 30 },
  };
  const whose = (fence: number) => ({ deploymentId: `dep-${fence}`, fence, service: workload, target });
  const plan = (fence: number, image: string) =>
    done({
      ...whose(fence),
      do: 'plan',
      wanted: { image },
      manifests,
      weights: [50],
      clears: [],
    } satisfies ClusterOrder);
  return {
    whose,
    plan,
    async deploy(fence: number, image: string): Promise<string> {
      const { stable, version, revision } = await plan(fence, image);
      await done({ ...whose(fence), do: 'promote', stable, canary: version, canaryPercent: 100, revision });
      return version ?? '';
    },
    pods: () =>
      namespace.list<{ metadata: { name: string; deletionTimestamp?: string } }>(
        'pods',
        `slipway/workload=${workload}`,
      ),
  };
}

test('restart replaces the pods by new ones of the same version, once per order', async () => {
  const { whose, deploy, pods } = aWorkload('again');
  const version = await deploy(1, 'nginx:1.28');
  const before = (await pods()).map(({ metadata }) => metadata.name);
  const order = { ...whose(1), do: 'restart', at: Date.UTC(2026, 0, 1) } as const;
  expect(await done(order)).toMatchObject({ do: 'restart', stable: version, pods: [{ version, ready: 3, total: 3 }] });
  const after = (await pods()).map(({ metadata }) => metadata.name);
  expect(after.filter((name) => before.includes(name))).toEqual([]);

  await done(order);
  expect((await pods()).map(({ metadata }) => metadata.name).sort()).toEqual(after.sort());
});

test('scale gives the workload more pods, and the autoscaler keeps them', async () => {
  const { whose, deploy, plan } = aWorkload('more');
  const version = await deploy(1, 'nginx:1.28');
  const scaled = await done({ ...whose(1), do: 'scale', replicas: 5 });
  expect(scaled.pods).toEqual([{ version, ready: 5, total: 5 }]);
  const { spec } = await namespace.read<{ spec: { minReplicas: number } }>('hpa', 'more');
  expect(spec.minReplicas).toBe(5);
  // What is left does not block the next version.
  expect(await plan(2, 'nginx:1.29')).toMatchObject({ ok: true, stable: version });
});

test('status and diff report, and change nothing', async () => {
  const { whose, deploy } = aWorkload('told');
  const version = await deploy(1, 'nginx:1.28');
  const manifests = { port: 8080, replicas: 3, environment: { COLOUR: 'red' }, secrets: [] };
  const { notes } = await done({ ...whose(1), do: 'diff', wanted: { image: 'nginx:1.29' }, manifests });
  expect(notes.join()).toMatch(/-\s+image: nginx:1.28\n\+\s+(name: told-config-.*\n\+\s+)?image: nginx:1.29/);
  expect(notes.join()).toContain('COLOUR: red');
  expect(await done({ ...whose(1), do: 'status' })).toMatchObject({
    stable: version,
    pods: [{ version, ready: 3, total: 3 }],
  });
});

test('a task that is killed at any point of its work is rolled back to a complete workload', async () => {
  const { whose, deploy, plan, pods } = aWorkload('killed');
  const stable = await deploy(1, 'nginx:1.28');
  for (const [index, afterMs] of [400, 900, 1_500].entries()) {
    const fence = 2 + index;
    const { version: canary, revision } = await plan(fence, `nginx:1.29-${index}`);
    const { task } = start({ ...whose(fence), do: 'setWeight', stable, canary, canaryPercent: 50, revision });
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    task.kill('SIGKILL');
    const back = await done({ ...whose(fence), do: 'takeBack', stable, canary, clears: [] });
    expect(back).toMatchObject({ stable, percent: 0, pods: [{ version: stable, ready: 3, total: 3 }] });
    await eventually(async () => expect(await pods()).toHaveLength(3));
  }
});

test.each([
  ['kubectl is missing', { KUBECTL: '/nowhere/kubectl' }, /kubectl was not found/],
  ['the cluster is unreachable', { KUBECONFIG: '/nowhere/config' }, /kubeconfig|connection|refused/],
])('when %s the plan is refused, with the next step', async (_, changed, says) => {
  const { whose } = aWorkload('unplanned');
  const manifests = { port: 8080, replicas: 1, environment: {}, secrets: [] };
  const order = { ...whose(1), do: 'plan', wanted: { image: 'nginx:1.28' }, manifests, weights: [], clears: [] };
  const { code, result } = await run(order, changed);
  expect(code).toBeGreaterThanOrEqual(10);
  expect(result).toMatchObject({ ok: false, error: { message: expect.stringMatching(says) } });
});
