/**
 * Simulates many services of one installation, in virtual time. They share one control plane of Lambda that takes 15
 * calls a second.
 */
import type { ServiceSpec } from '../../src/domain/service/service-spec.ts';
import { startRollout } from '../../src/operations/opening/start-rollout.ts';
import { simulatedInstallation } from '../../src/simulation/installation.ts';
import { faultSource } from '../../src/twin/cloud/faults.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { sleep, virtualScheduler } from '../../src/twin/scheduler.ts';
import { NOON, sampleSpec } from '../contracts/store-samples.ts';

const BEHAVIOUR = { medianMs: 40, p99Ms: 180, coldStartMs: 200 };
const MINUTE = 60_000;
const STEPS = [10, 50].flatMap((setWeight) => [{ setWeight }, { bake: { minutes: 5 } }, { judge: {} }]);

export interface FleetOrder {
  readonly services: number;
  readonly spec?: Partial<ServiceSpec>;
  /** The calls a second of all other callers in the account to the control plane. */
  readonly othersPerSecond?: number;
  readonly seed?: number;
  /** The only service that gets calls of users. */
  readonly loaded?: string;
}

export type Fleet = Awaited<ReturnType<typeof aFleet>>;

export async function aFleet({ services, spec = {}, othersPerSecond = 0, seed = 1, loaded }: FleetOrder) {
  const scheduler = virtualScheduler({ startAt: NOON });
  const random = seededRandom(seed);
  const noFaults = faultSource({ plan: {}, random, scheduler });
  const alarmedAt = new Map<string, number>();
  const installation = simulatedInstallation({
    onEvent({ detail }) {
      const { alarmName, state } = detail as { alarmName?: string; state?: { value?: string } };
      if (alarmName !== undefined && state?.value === 'ALARM' && !alarmedAt.has(alarmName))
        alarmedAt.set(alarmName, scheduler.now());
    },
    scheduler,
    random,
    faults: { ledger: noFaults, outside: noFaults, cluster: noFaults },
    latencyMaxMs: 100,
    cloud: {
      behaviours: { good: { ...BEHAVIOUR, errorPercent: 0 }, bad: { ...BEHAVIOUR, errorPercent: 30 } },
      delays: (events) => [50 + Math.min(800, events.exponential(150))],
      controlPlane: { othersPerSecond },
    },
  });
  const { cloud, ledger, moves } = installation;
  const names = Array.from({ length: services }, (_, nth) => `service-${nth}`);
  for (const name of names) {
    const target = { kind: 'lambda', function: name, alias: 'live' } as const;
    cloud.addFunction({ name, alias: 'live', artifact: { image: 'good' } });
    if (name === loaded) cloud.setLoad({ functionName: name, alias: 'live', requestsPerSecond: 20 });
    cloud.alarms.putAlarm(alarmOf(name), 'OK');
    const change = {
      target,
      alarms: [`${name}-errors`],
      judge: { kind: 'alarms-only' },
      deadline: { hours: 2 },
    } as const;
    const written = sampleSpec(name, {
      ...change,
      strategy: STEPS,
      hooks: { beforeTraffic: [], afterTraffic: [] },
      ...spec,
    });
    await ledger.services.write({ spec: written, by: 'ada', at: NOON });
    moves.watch({ name, target });
  }
  const deployment = (service: string) =>
    [...ledger.view().deployments.values()].find((one) => one.service === service);
  return {
    ...installation,
    scheduler,
    names,
    deployment,
    /**
     * Milliseconds from the alarm until all calls were off the canary. Returns null when the canary was never rolled
     * back.
     */
    reactionMs(service: string): number | null {
      const back = moves.list().find((move) => move.service === service && move.order?.canaryPercent === 0);
      const alarmed = alarmedAt.get(`${service}-errors`);
      return back === undefined || alarmed === undefined ? null : back.at - alarmed;
    },
    timeline: (service: string) => ledger.view().timeline.get(deployment(service)?.id ?? '') ?? [],
    count: (status: string) => [...ledger.view().deployments.values()].filter((one) => one.status === status).length,
    /**
     * Deploys all services at the same moment, each by a client that repeats its request when the answer says so.
     * Returns how many requests were refused.
     */
    deployAll(imageOf: (name: string) => string = () => 'good'): { readonly refused: () => number } {
      let refused = 0;
      const deploy = async (name: string): Promise<void> => {
        try {
          await installation.invoke({ functionKey: 'startDeployment', deploymentId: null }, (ports) =>
            startRollout(ports, { service: name, artifact: { image: imageOf(name) }, by: 'ci', requestKey: name }),
          );
        } catch (error) {
          const { details } = error as { details?: { throttled?: boolean; retryAfterSeconds?: number } };
          if (details?.throttled !== true) throw error;
          refused += 1;
          await sleep(scheduler, (details.retryAfterSeconds ?? 5) * 1_000);
          await deploy(name);
        }
      };
      for (const name of names) void deploy(name);
      return { refused: () => refused };
    },
    pass: (ms: number) => scheduler.advanceTo(scheduler.now() + ms),
    /** Lets time pass until no deployment is in flight any more, or until the minutes are over. */
    async end(minutes = 180): Promise<void> {
      for (let passed = 0; passed < minutes; passed += 1) {
        await scheduler.advanceTo(scheduler.now() + MINUTE);
        if (ledger.view().inFlight.size === 0 && ledger.view().deployments.size === services) return;
      }
    },
    async close(): Promise<void> {
      installation.workflows.close();
      await cloud.close();
    },
  };
}

function alarmOf(name: string) {
  return {
    name: `${name}-errors`,
    metric: 'ErrorRate',
    dimensions: { FunctionName: name, Resource: `${name}:live` },
    periodSeconds: 10,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 1,
    comparison: 'GreaterThanThreshold',
    treatMissingData: 'notBreaching',
  } as const;
}
