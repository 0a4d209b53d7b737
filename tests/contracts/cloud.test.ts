import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import { aLambda } from './a-lambda.ts';
import { alarmsContract } from './cloud-alarms.ts';
import { metricsContract } from './cloud-metrics.ts';
import { trafficContract } from './cloud-traffic.ts';
import { versionsContract } from './cloud-versions.ts';

const STARTS_AT = Date.UTC(2030, 0, 1);
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const artifact = (key: string) => ({ s3: { bucket: 'code', key } });
const errorsOfTarget = {
  metric: 'Errors',
  dimensions: { FunctionName: 'checkout', Resource: 'checkout:live' },
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 0,
  comparison: 'GreaterThanThreshold',
  treatMissingData: 'missing',
} as const;

async function openRehearsal() {
  const scheduler = virtualScheduler({ startAt: STARTS_AT });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom('contract'),
    controlPlane: { callsPerSecond: 1_000 },
    mode: 'virtual',
    behaviours: {
      good: { errorPercent: 0, medianMs: 20, p99Ms: 80 },
      bad: { errorPercent: 100, medianMs: 20, p99Ms: 80 },
    },
  });
  const stable = cloud.addFunction({ name: 'checkout', alias: 'live', artifact: artifact('good') });
  const publish = (key: string, deploymentId = `before-${key}`) =>
    cloud.ports.versions.publish({ target, artifact: artifact(key), deploymentId });
  const canary = await publish('bad');
  const third = await publish('good');
  const moveByHand = async (version: string, percent: number) => {
    const functionVersion = percent === 100 ? version : stable;
    const weights: Record<string, number> = percent === 100 ? {} : { [version]: percent / 100 };
    cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion, weights });
  };
  return {
    ports: cloud.ports,
    target,
    stable,
    canary,
    third,
    artifact: artifact('good'),
    startsAt: STARTS_AT,
    moveByHand,
    async editAlias() {
      const { functionVersion, weights } = cloud.lambda.getAlias('checkout', { alias: 'live' });
      cloud.lambda.updateAlias({ functionName: 'checkout', alias: 'live', functionVersion, weights });
    },
    async recreate(live = stable) {
      cloud.lambda.deleteFunction('checkout');
      cloud.lambda.putFunction({ name: 'checkout' });
      await publish('good', 'again-1');
      await publish('good', 'again-2');
      cloud.lambda.putAlias({ functionName: 'checkout', alias: 'live', functionVersion: live });
    },
    async changeLatest({ key, environment }: { key?: string; environment?: Readonly<Record<string, string>> }) {
      if (key !== undefined) cloud.putLatest({ functionName: 'checkout', artifact: artifact(key) });
      if (environment !== undefined) cloud.lambda.putFunction({ name: 'checkout', environment });
    },
    async setUpdate(state: 'InProgress' | 'Successful' | 'Failed') {
      const pendingUntil = state === 'InProgress' ? Number.MAX_SAFE_INTEGER : 0;
      const becomes = state === 'Failed' ? 'Failed' : 'Active';
      const readiness = { pendingUntil, becomes, reason: 'The subnet is gone.' } as const;
      cloud.lambda.setReadiness('checkout', { version: '$LATEST', readiness });
    },
    deleteVersion: async (version: string) => cloud.lambda.deleteVersion('checkout', { version }),
    provision: async (count: number) => cloud.lambda.putProvisionedConcurrency('checkout', { alias: 'live', count }),
    async runTraffic(forMs: number) {
      await moveByHand(canary, 50);
      cloud.setLoad({ functionName: 'checkout', alias: 'live', requestsPerSecond: 50 });
      await scheduler.advanceTo(STARTS_AT + forMs);
    },
    addAlarm: async (name: string) => cloud.alarms.putAlarm({ name, ...errorsOfTarget }),
    setAlarmState: async (name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') =>
      cloud.alarms.setAlarmState({ name, state, reason: 'set by the test' }),
    setAlarmActions: async (name: string, enabled: boolean) => cloud.alarms.setAlarmActions({ name, enabled }),
    deleteAlarm: async (name: string) => cloud.alarms.deleteAlarm(name),
    close: cloud.close,
  };
}

trafficContract('the rehearsal cloud', openRehearsal);
versionsContract('the rehearsal cloud', openRehearsal);
versionsContract('Lambda', async () => aLambda());
metricsContract('the rehearsal cloud', openRehearsal);
alarmsContract('the rehearsal cloud', openRehearsal);
