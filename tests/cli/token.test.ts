import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type TokenDesk, token } from '../../src/cli/commands/token.ts';
import { SlipwayError } from '../../src/domain/errors.ts';
import { bearerTokens } from '../../src/tokens/bearer-tokens.ts';
import { mintedTokens } from '../../src/tokens/minted-tokens.ts';
import { aTokenKey } from '../tokens/a-token-key.ts';

const NOW = Date.UTC(2030, 0, 1, 12);
const clock = { now: () => NOW };

function aDesk() {
  const key = aTokenKey();
  const printed: string[] = [];
  const told: string[] = [];
  const asked: object[] = [];
  const desk: TokenDesk = {
    keyOf: (which) => {
      asked.push(which);
      return key;
    },
    clock,
    ids: { next: (stem) => `${stem}-1` },
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
  };
  return { desk, key, printed, told, asked };
}

const WHOLE = ['create', '--role', 'deployer', '--service', 'checkout', '--subject', 'jane@acme', '--stage', 'prod'];

test('a token is alone on standard output, and grants exactly what was asked for, and no longer', async () => {
  const { desk, key, printed, told, asked } = aDesk();
  expect(await token([...WHOLE, '--service', 'basket', '--hours', '8', '--region', 'eu-west-1'], desk)).toBe(0);
  expect(asked).toEqual([{ keyId: 'alias/slipway-prod-tokens', region: 'eu-west-1' }]);
  const [text = ''] = printed;
  expect(printed).toHaveLength(1);
  expect(decodeProtectedHeader(text)).toEqual({ alg: 'ES256', typ: 'JWT' });
  expect(decodeJwt(text)).toEqual({
    iss: 'slipway-prod',
    aud: 'slipway-prod',
    sub: 'jane@acme',
    grants: [{ role: 'deployer', services: ['checkout', 'basket'] }],
    jti: 'tok-1',
    iat: NOW / 1_000,
    exp: NOW / 1_000 + 8 * 3_600,
  });
  expect(told.join()).toMatch(/jane@acme.*deployer of checkout, basket.*until 2030-01-01T20:00:00.000Z/);
  expect(told.join()).not.toContain(text.slice(-20));

  const issuers = [mintedTokens({ name: 'slipway-prod', key })];
  const { verify } = bearerTokens({ issuers, audience: 'slipway-prod', clock });
  expect(await verify(text)).toMatchObject({ ok: true, token: { subject: 'jane@acme' } });
});

test('a token that would be too long for Slipway is not signed, and the message says what to do', async () => {
  const { desk, key, printed } = aDesk();
  const services = (count: number) =>
    Array.from({ length: count }, (_, index) => ['--service', `s${String(index).padStart(62, '0')}`]).flat();
  expect(await token([...WHOLE, ...services(80)], desk)).toBe(0);
  await expect(token([...WHOLE, ...services(100)], desk)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringMatching(/^The token would have \d+ characters.*at most 8192. Make one for fewer services/),
  });
  expect([printed.length, key.signed()]).toEqual([1, 1]);
  const issuers = [mintedTokens({ name: 'slipway-prod', key })];
  expect(await bearerTokens({ issuers, audience: 'slipway-prod', clock }).verify(printed[0] ?? '')).toMatchObject({
    ok: true,
  });
});

test('a star asks for all services, and another audience is asked for by its name', async () => {
  const { desk, printed } = aDesk();
  await token(['create', '--role', 'admin', '--service', '*', '--subject', 'ops@acme', '--audience', 'deploys'], desk);
  expect(decodeJwt(printed[0] ?? '')).toMatchObject({
    iss: 'slipway-dev',
    aud: 'deploys',
    grants: [{ role: 'admin', services: '*' }],
  });
});

test.each([
  ['nothing', [], /slipway token create/],
  ['another verb', ['revoke'], /slipway token create/],
  ['no role', ['create', '--service', 'a', '--subject', 'jane@acme'], /viewer, deployer, approver, admin/],
  ['a role that there is not', [...WHOLE, '--role', 'root'], /viewer, deployer, approver, admin/],
  ['no service', ['create', '--role', 'admin', '--subject', 'jane@acme'], /--service checkout/],
  ['a service that is no name', [...WHOLE, '--service', 'a b'], /checkout, a b: a name is/],
  ['no subject', ['create', '--role', 'admin', '--service', 'a'], /--subject jane@acme/],
  ['the name under which Slipway acts', [...WHOLE, '--subject', 'slipway'], /--subject jane@acme/],
  ['a subject that looks like somebody else’s', [...WHOLE, '--subject', 'repo:a/b (github.com)'], /--subject/],
  ['no time', [...WHOLE, '--hours', '0'], /--hours 0 is not a time/],
  ['a day and a half', [...WHOLE, '--hours', '36'], /--hours 36 is not a time from 0 to 12/],
  ['a time in words', [...WHOLE, '--hours', 'long'], /--hours long/],
  ['a stage that is none', [...WHOLE, '--stage', 'prod/x'], /--stage prod\/x/],
  ['an option that there is not', [...WHOLE, '--forever'], /--forever/],
])('%s is refused, without a signature and without output', async (_what, args, says) => {
  const { desk, key, printed } = aDesk();
  await expect(token(args, desk)).rejects.toThrow(says);
  expect([key.signed(), printed.length]).toEqual([0, 0]);
});

test('a person without permission to sign gets a message, and no token is printed', async () => {
  const { desk, printed } = aDesk();
  const sign = () => Promise.reject(new SlipwayError('Broken', 'Could not sign with alias/slipway-prod-tokens.'));
  await expect(token(WHOLE, { ...desk, keyOf: () => ({ ...aTokenKey(), sign }) })).rejects.toThrow('Could not sign');
  expect(printed).toEqual([]);
});
