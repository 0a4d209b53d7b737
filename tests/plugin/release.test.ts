import { slipwayClient } from '../../src/api/client.ts';
import { eventually } from '../cluster/eventually.ts';
import { gateway, REGISTERED, SERVICE, type ServedSlipway, serveSlipway } from './a-served-slipway.ts';

/**
 * Runs the calls after `serverless deploy` against the whole of Slipway: its API, its state machines, and a function
 * under traffic.
 */
let slipway: ServedSlipway;
beforeAll(async () => {
  slipway = await serveSlipway();
});
afterAll(() => slipway.close());

const live = () => slipway.embedded.cloud.lambda.getAlias(SERVICE, { alias: 'live' });

test('the first deploy registers the service, and starts no rollout, because its first version is live', async () => {
  const said = await slipway.release();
  expect(said).toEqual([
    `Slipway: ${SERVICE} is registered: ${SERVICE}:live, with a strategy of 2 steps.`,
    expect.stringMatching(/^Slipway: api is unchanged; /),
  ]);
  expect(live()).toMatchObject({ functionVersion: '1', weights: {} });
});

test('the command follows a good release to its promotion, with a line for each change', async () => {
  await slipway.deployStack('better');
  const said = (await slipway.release()).join('\n');
  expect(said).toMatch(/api is deployed as dep-/);
  expect(said).toMatch(/traffic shifted: .* \(50 %\)/);
  expect(said).toMatch(/deployment promoted/);
  expect(live()).toMatchObject({ functionVersion: '2', weights: {} });
});

test('where an approval is needed, the command says that it waits for a person, and waits', async () => {
  const client = slipwayClient({ baseUrl: slipway.url });
  const target = { kind: 'lambda', function: SERVICE, alias: 'live' } as const;
  const spec = { ...REGISTERED, name: SERVICE, target };
  const strategy = [{ setWeight: 50 }, { approve: { within: { minutes: 5 } } }];
  await client.putService({ name: SERVICE, spec: { ...spec, strategy } });
  await slipway.deployStack('good');
  const said: string[] = [];
  const ended = slipway.release({}, said).catch(({ message }: Error) => message);
  const line = await eventually(async () => said.find((one) => one.includes('waits for a person')) ?? Promise.reject());
  const id = /dep-\w+/.exec(line)?.[0] ?? '';
  expect(line).toContain(`POST ${slipway.url}/deployments/${id}/approve`);
  await client.abortDeployment({ id, reason: 'nobody is there' });
  // The bake is longer than an alarm needs to turn red.
  const patient = [{ setWeight: 50 }, { bake: { minutes: 2 } }];
  await client.putService({ name: SERVICE, spec: { ...spec, strategy: patient } });
  expect(await ended).toMatch(/api: version \d was taken back: nobody is there/);
});

test('a release that is rolled back fails the command with the reason, and the version before stays live', async () => {
  await slipway.deployStack('failing');
  await expect(slipway.release()).rejects.toThrow(
    /^Slipway: api: version 4 was taken back: .*Mend it and deploy again: version 2 is live, .*explain/,
  );
  expect(live()).toMatchObject({ functionVersion: '2', weights: {} });
});

test.each([429, 503])(
  'the command repeats a request to a busy Slipway (%i) after the time that the answer gives',
  async (status) => {
    const front = await gateway(slipway.url, { refuses: 'POST /deploy', times: 2, status });
    try {
      await slipway.deployStack('better');
      const said = await slipway.release({ url: front.url });
      expect(said).toEqual([expect.stringMatching(/is unchanged/)]);
      expect(front.asked.filter((what) => what === 'POST /deploy')).toHaveLength(3);
    } finally {
      await front.close();
    }
  },
);

test('the command ends before the stack is changed when Slipway cannot be reached', async () => {
  const closed = await gateway(slipway.url, { refuses: '', times: 0, status: 503 });
  await closed.close();
  await expect(slipway.release({ url: closed.url })).rejects.toThrow(
    /^Slipway: Slipway at http:\/\/127.0.0.1:\d+ cannot be reached \(ECONNREFUSED\).* Nothing was deployed\.$/,
  );
});

test('a command without an address of Slipway ends before the stack is changed', async () => {
  await expect(slipway.release({ url: null })).rejects.toThrow(/custom.slipway.url is missing. Set it, or SLIPWAY_URL/);
});

test('a deploy during a rollout says so, and that no call reaches the new code', async () => {
  await slipway.deployStack('good');
  const [, started] = await slipway.release({ follow: false }).then((said) => ['', said.join('\n')]);
  expect(started).toMatch(/api is deployed as dep-.* Follow it: http/);
  await slipway.deployStack('failing');
  await expect(slipway.release()).rejects.toThrow(
    /in flight.*The new code is in \$LATEST, which nobody calls, and what was live is live. When that has ended, run the command again/,
  );
});
