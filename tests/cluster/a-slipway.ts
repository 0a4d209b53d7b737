/**
 * A whole Slipway as `npm start` runs it. Its Kubernetes services are on the real control plane, under the Role of
 * k8s/access.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AnswerOf } from '../../src/api/answers.ts';
import { type SlipwayClient, slipwayClient } from '../../src/api/client.ts';
import type { KubernetesTarget, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import type { Strategy } from '../../src/domain/service/strategy.ts';
import { startEmbedded } from '../../src/embedded/embedded.ts';
import type { ProvisionMs } from '../../src/twin/workflow/builds.ts';
import type { Namespace, Rule } from './a-namespace.ts';
import { eventually } from './eventually.ts';
import { kubectlSettings } from './kubectl-settings.ts';

export type Shown = AnswerOf<'readDeployment'>;
export type Slipway = Awaited<ReturnType<typeof aSlipway>>;

export interface ServiceOrder {
  readonly name: string;
  readonly strategy?: Strategy;
  readonly target?: Partial<Omit<KubernetesTarget, 'kind' | 'workload'>>;
}

export interface SlipwayOrder {
  readonly namespace: Namespace;
  /** By default the kubeconfig of an account that has only the Role of k8s/access. */
  readonly kubeconfig?: string;
  readonly manifestsRoot?: string;
  /** How long a build waits for its machine. By default as under `npm start`. */
  readonly provisionMs?: ProvisionMs;
}

export async function aSlipway({ namespace, manifestsRoot = '.', ...order }: SlipwayOrder) {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-cluster-'));
  const kubeconfig = order.kubeconfig ?? (await kubeconfigOfSlipway(namespace));
  const embedded = await startEmbedded({
    port: 0,
    dataDir,
    root: process.cwd(),
    log: () => {},
    onFailure: () => {},
    provisionMs: order.provisionMs,
    kubectl: { ...kubectlSettings(namespace, kubeconfig), manifestsRoot },
  });
  const client: SlipwayClient = slipwayClient({ baseUrl: `http://localhost:${embedded.port}` });
  const show = (id: string): Promise<Shown> => client.readDeployment({ id });
  return {
    client,
    show,
    register: ({ name, strategy = 'allAtOnce', target = {} }: ServiceOrder) => {
      embedded.cloud.alarms.putAlarm({ ...ALARM, name: `${name}-errors` }, 'OK');
      return embedded.register({ spec: aService({ namespace, name, strategy, target }), by: 'the test' });
    },
    /** Returns the id of the deployment. */
    async deploy(service: string, image: string): Promise<string> {
      const started = await client.startDeployment({ service, artifact: { image } });
      if (!('id' in started)) throw new Error('A deployment that is no dry run has an id.');
      return started.id;
    },
    turnRed: (service: string) =>
      embedded.cloud.alarms.setAlarmState({ name: `${service}-errors`, state: 'ALARM', reason: 'Too many errors' }),
    turnGreen: (service: string) =>
      embedded.cloud.alarms.setAlarmState({ name: `${service}-errors`, state: 'OK', reason: 'It is quiet' }),
    planned: (id: string) => eventually(async () => expect((await show(id)).canary).not.toBeNull()),
    /** Resolves when the canary has that share. Throws when the deployment has ended. */
    atPercent: (id: string, percent: number) =>
      eventually(async () => {
        const shown = await show(id);
        expect({ at: shown.atPercent, last: shown.timeline.at(-1)?.kind }).toEqual({
          at: percent,
          last: 'BakeStarted',
        });
        return shown;
      }),
    ended: (id: string) =>
      eventually(async () => {
        const shown = await show(id);
        expect(shown.settledAt).not.toBeNull();
        return shown;
      }),
    /** The number of ready pods of a workload that are not ending, by image. */
    async pods(workload: string): Promise<Record<string, number>> {
      const counts: Record<string, number> = {};
      for (const { metadata, spec, status } of await namespace.list<SeenPod>('pods', `slipway/workload=${workload}`)) {
        if (metadata.deletionTimestamp !== undefined) continue;
        if (!status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')) continue;
        const image = spec.containers[0]?.image ?? '';
        counts[image] = (counts[image] ?? 0) + 1;
      }
      return counts;
    },
    async close(): Promise<void> {
      await embedded.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface SeenPod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The Role that k8s/access gives to Slipway, for an account of the tests. */
export function kubeconfigOfSlipway(namespace: Namespace, account = 'slipway'): Promise<string> {
  const { rules } = parse(readFileSync('k8s/access/role.yml', 'utf8')) as { readonly rules: readonly Rule[] };
  return namespace.kubeconfigFor(account, rules);
}

type SpecOrder = Required<ServiceOrder> & { readonly namespace: Namespace };

function aService({ namespace, name, strategy, target }: SpecOrder): ServiceSpec {
  return {
    name,
    target: {
      kind: 'kubernetes',
      cluster: 'tests',
      namespace: namespace.name,
      workload: name,
      route: { kind: 'replicas' },
      manifests: { port: 8080, replicas: 3, environment: {}, secrets: [] },
      readyWithin: { seconds: 20 },
      ...target,
    },
    strategy,
    alarms: [`${name}-errors`],
    judge: { kind: 'alarms-only' },
    noData: 'hold',
    hooks: { beforeTraffic: [], afterTraffic: [] },
    watch: { minutes: 10 },
    deadline: { hours: 1 },
  };
}

/** The alarm turns red when a test sets its state. */
const ALARM = {
  metric: 'Errors',
  dimensions: { FunctionName: 'nothing' },
  periodSeconds: 3_600,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 1,
  comparison: 'GreaterThanThreshold',
  treatMissingData: 'ignore',
} as const;
