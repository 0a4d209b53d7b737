import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { type WebhookAnswer, webhookTable } from '../../src/twin/cloud/hooks.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { virtualScheduler } from '../../src/twin/scheduler.ts';
import type { Behaviour } from '../../src/twin/world/world.ts';

const order = { deploymentId: 'd1', service: 'checkout', phase: 'beforeTraffic', stable: '1', canary: '2' } as const;
const quick: Behaviour = { errorPercent: 0, medianMs: 5, p99Ms: 9 };

async function runFunctionHook(behaviour: Behaviour, { name = 'smoke', concurrency = 10 } = {}) {
  const scheduler = virtualScheduler({ startAt: 0 });
  const cloud = rehearsalCloud({
    scheduler,
    random: seededRandom(1),
    mode: 'virtual',
    behaviours: { code: behaviour },
  });
  cloud.addFunction({ name: 'smoke', alias: 'live', artifact: { image: 'code' }, concurrency });
  const answer = cloud.ports.hooks.run({ function: name }, order);
  answer.catch(() => {});
  await scheduler.advanceTo(60_000);
  return answer;
}

test.each<[unknown, boolean, string]>([
  [null, true, 'passed'],
  [{ passed: true, detail: 'all 12 checks' }, true, 'all 12 checks'],
  [{ passed: false, detail: 'no stock' }, false, 'no stock'],
  [{ passed: false }, false, 'said no'],
  [{ statusCode: 200, body: 'fine' }, true, 'fine'],
  [{ statusCode: 503 }, false, '503'],
])('a check that answers %j gives passed: %s', async (answer, passed, words) => {
  const outcome = await runFunctionHook({ ...quick, answer });
  expect(outcome).toEqual({ passed, detail: expect.stringContaining(words) });
});

test('a check that throws, takes too long or does not exist has not passed', async () => {
  expect(await runFunctionHook({ ...quick, errorPercent: 100 })).toMatchObject({ passed: false });
  expect(await runFunctionHook({ ...quick, medianMs: 90_000, p99Ms: 99_000 })).toMatchObject({
    passed: false,
    detail: expect.stringContaining('timed out'),
  });
  expect(await runFunctionHook(quick, { name: 'nobody' })).toMatchObject({ passed: false });
});

test('a check can also be called by its alias', async () => {
  expect(await runFunctionHook(quick, { name: 'smoke:live' })).toMatchObject({ passed: true });
});

test('a check that is throttled can be tried again', async () => {
  await expect(runFunctionHook(quick, { concurrency: 0 })).rejects.toMatchObject({ name: 'Transient' });
});

const URL_OF_CHECK = 'https://checks.example.com/smoke';

function runWebhook(answer: WebhookAnswer | undefined, url = URL_OF_CHECK) {
  const webhooks = webhookTable(answer === undefined ? {} : { [URL_OF_CHECK]: answer });
  const scheduler = virtualScheduler({ startAt: 0 });
  const cloud = rehearsalCloud({ scheduler, random: seededRandom(1), mode: 'virtual', webhooks });
  return cloud.ports.hooks.run({ webhook: url }, order);
}

test.each<[WebhookAnswer | undefined, boolean, string]>([
  [{ status: 204, text: '' }, true, 'checks.example.com passed'],
  [{ status: 422, text: 'no stock' }, false, '422: no stock'],
  [{ status: 302, text: '' }, false, '302'],
  [undefined, false, 'no answer'],
])('a webhook that answers %j gives passed: %s', async (answer, passed, words) => {
  expect(await runWebhook(answer)).toEqual({ passed, detail: expect.stringContaining(words) });
});

test.each<[WebhookAnswer]>([[{ status: 503, text: 'busy' }], ['unreachable']])(
  'a webhook that is %j can be tried again',
  async (answer) => {
    await expect(runWebhook(answer)).rejects.toMatchObject({ name: 'Transient' });
  },
);
