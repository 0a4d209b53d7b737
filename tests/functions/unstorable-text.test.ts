/** Every route refuses text that no database stores, and names the field. The answer is never a 500. */
import { contracts } from '../../src/api/all-contracts.ts';
import type { Contract } from '../../src/api/route/contract.ts';
import { httpRoute } from '../../src/functions/http-route.ts';
import { anEvent } from './an-event.ts';

const NUL = '\u0000';

interface Sent {
  readonly body?: string;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
}

async function send(contract: Contract, { body = '{}', path = {}, query = {} }: Sent) {
  const route = httpRoute(contract, {
    ports: {},
    operation: async () => {
      throw new Error('No operation may begin');
    },
    log: () => {},
  });
  const answer = await route({
    ...anEvent({ headers: {}, body }),
    routeKey: `${contract.method} ${contract.path}`,
    pathParameters: path,
    queryStringParameters: query,
  });
  const { detail, errors = [] } = JSON.parse(answer.body ?? '{}') as {
    detail?: string;
    errors?: { pointer: string }[];
  };
  return { status: answer.statusCode, detail, pointers: errors.map(({ pointer }) => pointer) };
}

const order = (more: object) => JSON.stringify({ service: 'checkout', version: '42', ...more });

test.each<[string, Contract, Sent, string]>([
  ['a reason with NUL', contracts.startDeployment, { body: order({ reason: `a${NUL}b` }) }, '/reason'],
  ['a reason of NUL alone', contracts.startDeployment, { body: order({ reason: NUL }) }, '/reason'],
  ['half of a pair', contracts.startDeployment, { body: order({ reason: '\ud83d' }) }, '/reason'],
  ['a commit with NUL', contracts.startDeployment, { body: order({ commit: `abc${NUL}` }) }, '/commit'],
  ['a field named with NUL', contracts.startDeployment, { body: order({ [`x${NUL}`]: 1 }) }, `/x${NUL}`],
  ['a cursor with NUL', contracts.listDeployments, { query: { cursor: NUL } }, '/cursor'],
  [
    'an alarm with NUL in a spec',
    contracts.putService,
    { path: { name: 'checkout' }, body: JSON.stringify({ name: 'checkout', alarms: ['red', `re${NUL}d`] }) },
    '/alarms/1',
  ],
])('%s gets 422 and a pointer to the field', async (_what, contract, sent, pointer) => {
  expect(await send(contract, sent)).toMatchObject({ status: 422, pointers: expect.arrayContaining([pointer]) });
});

test.each([
  ['a deployment', contracts.abortDeployment, { path: { id: `d${NUL}` }, body: '{"reason":"x"}' }],
  ['a service', contracts.readService, { path: { name: 'check\ud800out' } }],
] as const)(
  'a path that names %s by an impossible name gets 404, before anything else of the request counts',
  async (_what, contract, sent) => {
    expect(await send(contract, sent)).toMatchObject({ status: 404 });
  },
);

test('a body with any depth of nesting gets 4xx with the reason, and never 500', async () => {
  for (const depth of [10, 500, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 6_000, 100_000]) {
    const value = '['.repeat(depth) + ']'.repeat(depth);
    for (const body of [
      value,
      `{"service":"checkout","version":${value}}`,
      `{"service":"checkout","strategy":${value}}`,
    ]) {
      const { status, detail } = await send(contracts.startDeployment, { body });
      expect([400, 422]).toContain(status);
      expect(detail).not.toMatch(/stack/);
    }
  }
});
