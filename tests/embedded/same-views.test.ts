/** Routes that present the same thing present it equally, whatever happened to it. */
import fc from 'fast-check';
import { MINUTE } from '../domain/a-deployment.ts';
import { goOn, run } from '../operations/a-rollout.ts';
import { aScene, type Scene } from '../operations/a-scene.ts';
import { served } from './a-served-scene.ts';

type Ask = Awaited<ReturnType<typeof served>>;
type View = Readonly<Record<string, unknown>>;

const SPEC = {
  name: 'checkout',
  target: { kind: 'lambda', function: 'checkout', alias: 'live' },
  strategy: [{ setWeight: 10 }, { bake: { minutes: 5 } }, { approve: { within: { minutes: 10 } } }],
  alarms: ['checkout-errors'],
} as const;

/** Each act asks the API for something, or lets the machine or the clock go on. */
const ACTS = [
  'promote',
  'pause',
  'resume',
  'skip',
  'approve',
  'abort',
  'retry',
  'rollback',
  'deploy',
  'goOn',
  'pass',
] as const;

async function act(
  one: (typeof ACTS)[number],
  { scene, ask, id }: { scene: Scene; ask: Ask; id: string },
): Promise<View | null> {
  if (one === 'pass') await scene.pass(3 * MINUTE);
  if (one === 'goOn') await goOn(scene, id).catch(() => undefined);
  if (one === 'pass' || one === 'goOn') return null;
  if (one === 'deploy') return view(await ask('POST', '/deploy', { service: 'checkout', version: '43' }));
  if (one === 'rollback') return view(await ask('POST', '/rollback', { service: 'checkout', reason: 'why' }));
  return view(await ask('POST', `/deployments/${id}/${one}`, { reason: 'why' }));
}

function view({ status, body }: Awaited<ReturnType<Ask>>): View | null {
  return status === 202 ? (body as unknown as View) : null;
}

async function read(ask: Ask, path: string): Promise<View> {
  return (await ask('GET', path)).body as unknown as View;
}

test('a deployment is the same in each answer that contains it, and so are its entries', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...ACTS), { minLength: 1, maxLength: 8 }), async (acts) => {
      const scene = await aScene(SPEC);
      const ask = await served(scene);
      const first = view(await ask('POST', '/deploy', { service: 'checkout', version: '42' }));
      const id = String(first?.id);
      await run(scene, id);
      for (const one of acts) {
        const answered = await act(one, { scene, ask, id });
        const { items } = await read(ask, '/deployments?limit=100');
        for (const listed of items as readonly View[]) {
          const { timeline, pipeline, ...whole } = await read(ask, `/deployments/${listed.id}`);
          const { deployment, verdicts, turningPoints } = await read(ask, `/deployments/${listed.id}/explain`);
          expect({ one, ...whole }).toEqual({ one, ...listed });
          expect(deployment).toEqual(listed);
          expect(pipeline).toBeNull();
          expect(timeline).toEqual(expect.arrayContaining([...(verdicts as View[]), ...(turningPoints as View[])]));
          if (answered?.id === listed.id) expect({ one, ...answered }).toEqual({ one, ...listed });
        }
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a service is the same in the answers of PUT, GET and the list, also when it was put with a rehearsal', async () => {
  const parts = fc.record(
    {
      rehearsal: fc.constant({ handler: 'index.handler', requestsPerSecond: 5 }),
      watch: fc.constant({ minutes: 3 }),
      alarms: fc.constantFrom([], ['checkout-errors'], [{ errorsAbove: '5 %', over: '3 minutes' }]),
      judge: fc.constantFrom({ kind: 'alarms-only' }, { kind: 'sequential' }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(parts, async (change) => {
      const ask = await served(await aScene());
      const { status, body: put } = await ask('PUT', '/services/checkout', { ...SPEC, ...change });
      expect({ status, put }).toMatchObject({ status: 200, put: { name: 'checkout' } });
      expect(put).not.toHaveProperty('spec.rehearsal');
      expect(await read(ask, '/services/checkout')).toEqual(put);
      expect(await read(ask, '/services')).toEqual({ items: [put] });
      // The same spec once more is no new revision.
      expect((await ask('PUT', '/services/checkout', { ...SPEC, ...change })).body).toEqual(put);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test('a refusal and a dry run have the findings of the check', async () => {
  const scene = await aScene();
  scene.cloud.alarms.deleteAlarm('checkout-errors');
  const ask = await served(scene);
  const { findings } = (await ask('POST', '/services/checkout/check')).body;
  expect(findings.length).toBeGreaterThan(0);
  const refused = (await ask('POST', '/deploy', { service: 'checkout', version: '42' })).body;
  const dry = (await ask('POST', '/deploy', { service: 'checkout', version: '42', dryRun: true })).body;
  expect(dry.findings).toEqual(refused.findings);
  expect(dry.findings).toEqual(expect.arrayContaining([...findings]));
});
