/**
 * A service whose rehearsal ends after a few minutes of virtual time. The harms of its model are large and easy to see.
 */
import type { KubernetesTarget, ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { DEFAULT_MODEL, type ServiceModel } from '../../src/rehearse/model/service-model.ts';
import type { RehearsalOrder } from '../../src/rehearse/rehearsal-result.ts';
import { scenariosOf } from '../../src/rehearse/scenarios.ts';

export const quickSpec: ServiceSpec = {
  name: 'checkout',
  target: { kind: 'lambda', function: 'checkout', alias: 'live' },
  strategy: [{ setWeight: 25 }, { bake: { minutes: 2 } }, { judge: {} }],
  alarms: ['checkout-errors'],
  judge: {
    kind: 'threshold',
    rules: [{ metric: 'errorRatePercent', moreThan: 5 }],
    failWhenAtLeast: 1,
    ofLastPeriods: 3,
    periodSeconds: 10,
    minimumRequests: 20,
  },
  noData: 'hold',
  hooks: { beforeTraffic: [], afterTraffic: [] },
  watch: { minutes: 10 },
  deadline: { hours: 1 },
};

export const workload: KubernetesTarget = {
  kind: 'kubernetes',
  cluster: 'production',
  namespace: 'shop',
  workload: 'orders',
  route: { kind: 'replicas' },
  manifests: { port: 8_080, replicas: 2, environment: {}, secrets: [] },
  readyWithin: { minutes: 2 },
};

export const calmModel: ServiceModel = {
  ...DEFAULT_MODEL,
  noisePercent: 0,
  outage: { percentOfRollouts: 0, minutes: 5, errorFactor: 100 },
};

/** Three scenarios: healthy, an outage, and thirty times the errors. Each runs four times, in this thread. */
export function quickOrder(change: Partial<RehearsalOrder> = {}): RehearsalOrder {
  const scenarios = scenariosOf(['errors=30']);
  return { spec: quickSpec, model: calmModel, scenarios, runs: 4, seed: 'test', workers: 1, ...change };
}
