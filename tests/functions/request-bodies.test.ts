/** A body must be UTF-8 text of JSON, sent unencoded. These checks come before the body is parsed. */
import { gzipSync } from 'node:zlib';
import { contracts } from '../../src/api/all-contracts.ts';
import { httpRoute } from '../../src/functions/http-route.ts';
import { aDeployment } from '../domain/a-deployment.ts';
import { anEvent } from './an-event.ts';

const ORDER = { service: 'checkout', version: '42', reason: 'größer' };
const JSON_TEXT = JSON.stringify(ORDER);

interface Sent {
  readonly bytes: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function send({ bytes, headers = {} }: Sent) {
  const reasons: (string | undefined)[] = [];
  const route = httpRoute(contracts.startDeployment, {
    ports: {},
    operation: async (_ports, { reason }) => {
      reasons.push(reason);
      return { outcome: 'opened' as const, deployment: aDeployment({ id: 'd-1' }) };
    },
    log: () => {},
  });
  const event = anEvent({ headers, body: typeof bytes === 'string' ? bytes : '' });
  const answer = await route(
    typeof bytes === 'string' ? event : { ...event, body: bytes.toString('base64'), isBase64Encoded: true },
  );
  const { detail = '' } = JSON.parse(answer.body ?? '{}') as { detail?: string };
  return { status: answer.statusCode, headers: answer.headers ?? {}, detail, reasons };
}

const type = (value: string) => ({ 'content-type': value });

test.each<[string, Sent]>([
  ['begins with a byte order mark', { bytes: `\uFEFF${JSON_TEXT}` }],
  ['comes base64 encoded', { bytes: Buffer.from(JSON_TEXT) }],
  ['comes base64 encoded with a byte order mark', { bytes: Buffer.from(`\uFEFF${JSON_TEXT}`) }],
  ['says UTF-8', { bytes: JSON_TEXT, headers: type('application/json; charset=UTF-8') }],
  ['says UTF-8 in quotes, after a space', { bytes: JSON_TEXT, headers: type('application/json ; charset="utf-8"') }],
  ['says nothing behind charset', { bytes: JSON_TEXT, headers: type('application/json; charset=""') }],
  ['is of a type that ends with +json', { bytes: JSON_TEXT, headers: type('application/vnd.acme+json') }],
  ['says that it is not encoded', { bytes: JSON_TEXT, headers: { 'content-encoding': 'identity' } }],
])('a body that %s is read as it was meant', async (_what, sent) => {
  expect(await send(sent)).toMatchObject({ status: 202, reasons: [ORDER.reason] });
});

test.each<[string, Sent, RegExp]>([
  ['gzip', { bytes: gzipSync(JSON_TEXT), headers: { 'content-encoding': 'gzip' } }, /content encoding gzip.*without/],
  ['an upper-case header', { bytes: JSON_TEXT, headers: { 'Content-Encoding': 'br' } }, /content encoding br/],
  ['two encodings', { bytes: JSON_TEXT, headers: { 'content-encoding': 'identity, gzip' } }, /identity, gzip/],
  [
    'ISO 8859-1',
    { bytes: Buffer.from(JSON_TEXT, 'latin1'), headers: type('application/json; charset=iso-8859-1') },
    /iso-8859-1.*UTF-8/,
  ],
  [
    'UTF-16',
    { bytes: Buffer.from(JSON_TEXT, 'utf16le'), headers: type('application/json; charset=utf-16le') },
    /utf-16le/,
  ],
  ['Latin-1 with spaces around', { bytes: JSON_TEXT, headers: type('application/json; charset = latin1') }, /latin1/],
  [
    'two character sets',
    { bytes: JSON_TEXT, headers: type('application/json;charset=utf-8;charset="iso-8859-15"') },
    /iso-8859-15/,
  ],
  ['another type', { bytes: 'a: 1', headers: type('text/yaml') }, /text\/yaml.*application\/json/],
  ['a type that is none', { bytes: JSON_TEXT, headers: type('json') }, /json.*application\/json/],
  ['a type that only begins alike', { bytes: JSON_TEXT, headers: type('application/jsonp') }, /jsonp/],
])('a body in %s gets 415, which names it and the accepted ones', async (_what, sent, says) => {
  expect(await send(sent)).toMatchObject({ status: 415, detail: expect.stringMatching(says), reasons: [] });
});

test('a refused encoding gets a header with the accepted one', async () => {
  const { headers } = await send({ bytes: gzipSync(JSON_TEXT), headers: { 'content-encoding': 'gzip' } });
  expect(headers).toMatchObject({ 'accept-encoding': 'identity' });
});

test('bytes that are not UTF-8 and do not say so get 400 in readable words', async () => {
  for (const bytes of [gzipSync(JSON_TEXT), Buffer.from(JSON_TEXT, 'latin1'), Buffer.from([0xff, 0xfe, 0x7b, 0])]) {
    expect(await send({ bytes })).toMatchObject({ status: 400, detail: expect.stringMatching(/not UTF-8/) });
  }
});

test('a message that quotes the body shows invisible characters as escapes', async () => {
  const { status, detail } = await send({ bytes: '\u0001\u200B\u202E{}' });
  expect(status).toBe(400);
  expect(detail).toContain('\\u0001');
  expect(detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a field whose name has an invisible character is named with its escape', async () => {
  const answer = await httpRoute(contracts.startDeployment, {
    ports: {},
    operation: async () => ({ outcome: 'opened' as const, deployment: aDeployment({}) }),
    log: () => {},
  })(anEvent({ body: { 'service\u200B': 'checkout' } }));
  const { errors } = JSON.parse(answer.body ?? '{}') as { errors: { pointer: string; detail: string }[] };
  expect(errors).toContainEqual({
    pointer: '/service\u200B',
    detail: expect.stringContaining('"service\\u200b"'),
  });
});
