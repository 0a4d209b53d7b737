/**
 * When all troubles are over, each service on Kubernetes is deployed to once more with a good version, which must be
 * promoted whatever happened before. By then its team has repaired its hooks and lets the alarms alone judge. The
 * alarms are set so that replacing a single pod sets none of them off.
 */
import type { ServiceSpec } from '../domain/service/service-spec.ts';
import type { Strategy } from '../domain/service/strategy.ts';
import { onCluster } from '../domain/service/target.ts';
import type { Random } from '../twin/random.ts';
import type { Scheduler } from '../twin/scheduler.ts';
import type { Api } from './api-requests.ts';
import type { LastDeployment } from './checkers/checked-world.ts';
import { workloadNames } from './checkers/workload-names.ts';
import { isWhole } from './cluster-acts.ts';
import type { Installation } from './installation.ts';
import { deploy } from './requests.ts';
import type { Scenario } from './scenario.ts';

export interface LastDeploymentsOrder {
  readonly installation: Installation;
  readonly scenario: Scenario;
  readonly api: Api;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly say: (line: string) => void;
}

export interface LastDeployments {
  /** The deployments that were requested so far, oldest first. */
  list(): readonly LastDeployment[];
  /** Requests the missing deployments. A hotfix ignores an alarm that is red already. */
  ask(how: { readonly isHotfix: boolean }): Promise<void>;
  /** The services that have no such version yet. */
  missing(): readonly string[];
}

export function lastDeployments(order: LastDeploymentsOrder): LastDeployments {
  const { installation, scenario, api, scheduler, random, say } = order;
  const { alarms } = scenario;
  const asked: LastDeployment[] = [];
  const { deployments, services } = installation.ledger.view();
  const isPromoted = (name: string) =>
    asked.some(
      ({ service, deploymentId }) => service === name && deployments.get(deploymentId ?? '')?.status === 'promoted',
    );
  const missing = () =>
    workloadNames([...services.values()].map(({ spec }) => spec)).filter((name) => !isPromoted(name));
  const askOne = async (service: string, { isHotfix }: { readonly isHotfix: boolean }) => {
    const spec = mended(services.get(service)?.spec as ServiceSpec);
    await installation.ledger.services.write({ spec, by: 'team', at: scheduler.now() });
    for (const alarm of alarms.filter(({ name }) => spec.alarms.includes(name)))
      installation.cloud.alarms.putAlarm({ ...alarm, threshold: 100 });
    const artifact = { image: `good:last-${random.hex(6)}` };
    const body = { service, artifact, hotfix: isHotfix };
    const { status, error, deploymentId } = await api.serve(deploy(body, { random, who: 'team' }));
    const answer = `${status}${error instanceof Error ? ` ${error.message}` : ''}`;
    say(`deploy ${artifact.image} to ${service} at the end${isHotfix ? ', as a hotfix' : ''}: ${answer}`);
    asked.push({ service, isHotfix, answer, deploymentId });
  };
  return {
    list: () => asked,
    missing,
    async ask(how) {
      for (const service of missing()) await askOne(service, how);
    },
  };
}

function mended(spec: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    strategy: lastStrategy(spec),
    judge: { kind: 'alarms-only' },
    noData: 'extend',
    hooks: { beforeTraffic: [], afterTraffic: [] },
  };
}

function lastStrategy(spec: ServiceSpec): Strategy {
  const bake = { bake: { seconds: 20 } };
  const target = onCluster(spec.target);
  if (target === null || target.route.kind === 'rolling') return 'allAtOnce';
  return isWhole(target) ? [{ setWeight: 100 }, bake] : [{ setWeight: 50 }, bake];
}
