/** Tests errors that only users see: a version answers 500 to every call, in what `npm start` runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as tick } from 'node:timers/promises';
import { slipwayClient } from '../../src/api/client.ts';
import type { Embedded } from '../../src/embedded/embedded.ts';
import { anEmbedded } from './an-embedded.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-server-errors-'));
let running: Embedded;
/** Both rollouts run at the same time, because each waits for periods of ten seconds. */
let rollouts: { readonly byAlarm: Promise<string>; readonly byJudge: Promise<string> };
const client = () => slipwayClient({ baseUrl: `http://127.0.0.1:${running.port}` });

const ERRORS_ALONE = {
  metric: 'Errors',
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  threshold: 0,
  comparison: 'GreaterThanThreshold',
  treatMissingData: 'notBreaching',
} as const;

beforeAll(async () => {
  const answers = (statusCode: number) =>
    `export const handler = async () => ({ statusCode: ${statusCode}, body: '' });`;
  writeFileSync(join(folder, 'good.mjs'), answers(200));
  writeFileSync(join(folder, 'sorry.mjs'), answers(500));
  running = await anEmbedded(folder);
  await register('by-alarm', { alarms: ['by-alarm-errors'] });
  const judge = { kind: 'sequential', periodSeconds: 10, warmUp: { seconds: 0 } } as const;
  await register('by-judge', { alarms: [], judge });
  const dimensions = { FunctionName: 'by-alarm', Resource: 'by-alarm:live' };
  running.cloud.alarms.putAlarm({ ...ERRORS_ALONE, name: 'errors-alone', dimensions, periodSeconds: 10 });
  rollouts = { byAlarm: deployed('by-alarm'), byJudge: deployed('by-judge') };
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

type Spec = Parameters<ReturnType<typeof client>['putService']>[0]['spec'];

async function register(name: string, change: Partial<Spec>): Promise<void> {
  const spec: Spec = {
    name,
    target: { kind: 'lambda', function: name, alias: 'live' },
    strategy: [{ setWeight: 50 }, { bake: { minutes: 50 } }, { judge: {} }],
    rehearsal: { handler: 'good.mjs', requestsPerSecond: 40 },
    ...change,
  };
  await client().putService({ name, spec });
}

/** An alarm must have seen traffic before the next deployment. */
async function deployed(service: string): Promise<string> {
  const isRefused = async () =>
    (await client().checkService({ name: service })).findings.some(({ severity }) => severity === 'error');
  while (await isRefused()) await tick(500);
  const started = await client().startDeployment({ service, artifact: { s3: { bucket: 'local', key: 'sorry.mjs' } } });
  return 'id' in started ? started.id : '';
}

async function settled(id: string) {
  for (;;) {
    const shown = await client().readDeployment({ id });
    if (shown.settledAt !== null) return shown;
    await tick(100);
  }
}

test('the simulated alarm rolls a version of 500 answers back, and an alarm on Errors alone stays green, as in AWS', async () => {
  const ended = await settled(await rollouts.byAlarm);
  expect(ended).toMatchObject({ status: 'rolledBack', atPercent: 0 });
  expect(ended.because).toContain('by-alarm-errors');
  const { errors, serverErrors, harmed } = running.cloud.totals('by-alarm').get('2') ?? {};
  expect(errors).toBe(0);
  expect(serverErrors).toBeGreaterThan(0);
  expect(harmed).toBe(serverErrors);
  expect(running.cloud.alarms.list().find(({ name }) => name === 'errors-alone')).toMatchObject({ state: 'OK' });
});

test('without an alarm the judge rolls a version of 500 answers back, and explain names the server errors', async () => {
  const id = await rollouts.byJudge;

  expect(await settled(id)).toMatchObject({ status: 'rolledBack', atPercent: 0 });
  const { periods, verdicts } = await client().explainDeployment({ id });
  const bad = periods.filter(({ canary }) => canary.errors > 0);
  expect(bad.length).toBeGreaterThan(0);
  for (const { canary } of bad) expect(canary.serverErrors).toBe(canary.errors);
  expect(verdicts.at(-1)?.because).toMatch(/Server errors \(answers of 500 or more\) are \d+ of the canary's/);
});

test('a function behind an API is reported while no alarm sees its server errors, and a described alarm solves it', async () => {
  const triggers = [{ kind: 'api' as const, name: 'shop', calledAs: 'live', requestsPerSecond: 0 }];
  const rehearsal = { handler: 'good.mjs', requestsPerSecond: 40, triggers };
  const seen = async () => {
    const { findings } = await client().checkService({ name: 'behind-an-api' });
    return findings.filter(({ check }) => check === 'errorsAreSeen').map(({ detail }) => detail);
  };
  running.cloud.alarms.putAlarm({
    ...ERRORS_ALONE,
    name: 'lambda-errors',
    dimensions: { FunctionName: 'behind-an-api' },
    periodSeconds: 60,
  });
  await register('behind-an-api', { alarms: ['lambda-errors'], rehearsal });
  expect(await seen()).toEqual([expect.stringMatching(/behind an API.*Alarm on them: .*errorsAbove: 1 %/)]);

  await register('behind-an-api', { alarms: [{ errorsAbove: '1 %', over: '1 minute' }], rehearsal });
  expect(await seen()).toEqual([]);
});

test('an alarm that the spec describes is created, and follows when its description changes', async () => {
  const described = (share: string) => [
    { errorsAbove: share, over: '1 minute' },
    { latencyAbove: '800 ms', over: '2 minutes', percentile: 95 },
  ];
  const made = () =>
    running.cloud.alarms
      .list()
      .filter(({ dimensions }) => dimensions.FunctionName === 'described')
      .map(({ name, metric, percentile, threshold, periodSeconds }) => ({
        name,
        metric,
        percentile,
        threshold,
        periodSeconds,
      }));
  await register('described', { alarms: described('1 %') });
  expect(made()).toEqual([
    { name: 'described-errors', metric: 'ErrorRate', percentile: undefined, threshold: 1, periodSeconds: 60 },
    { name: 'described-latency', metric: 'Duration', percentile: 95, threshold: 800, periodSeconds: 120 },
  ]);

  await register('described', { alarms: described('3 %') });
  expect(made()[0]).toMatchObject({ name: 'described-errors', threshold: 3 });
});
