import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { s3Artifacts } from '../../src/aws/s3-artifacts.ts';

const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const seen: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
let server: Server;
let status = 200;
let endpoint = '';

beforeAll(async () => {
  server = createServer(({ method, url, headers }, response) => {
    seen.push({ method, url, headers });
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const problemOf = (s3: { bucket: string; key: string; objectVersion?: string }) =>
  s3Artifacts({ region: 'eu-west-1', endpoint }).findProblem(target, { s3 });

test('an object is looked at by one signed HEAD request, whatever signs are in its key', async () => {
  status = 200;
  seen.length = 0;
  expect(await problemOf({ bucket: 'builds', key: 'a b/ü(1)+.zip', objectVersion: 'v/1' })).toBeNull();
  expect(seen).toMatchObject([{ method: 'HEAD', url: '/builds/a%20b/%C3%BC%281%29%2B.zip?versionId=v%2F1' }]);
  expect(seen[0]?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=.*\/eu-west-1\/s3\/aws4_request/);
});

test.each([
  [404, /^s3:\/\/builds\/x\.zip is not there\. Upload it/],
  [403, /^s3:\/\/builds\/x\.zip is not there, or Slipway may not read it\./],
  [301, /^Bucket builds is in another region than the function/],
])('the answer %d of S3 is a problem, with the next step', async (answer, words) => {
  status = answer;
  expect(await problemOf({ bucket: 'builds', key: 'x.zip' })).toMatch(words);
});

test.each([500, 503, 429])('the answer %d says nothing about the object', async (answer) => {
  status = answer;
  expect(await problemOf({ bucket: 'builds', key: 'x.zip' })).toBeNull();
});

test('an image and a version are not looked at, and without an answer nothing is known', async () => {
  seen.length = 0;
  const { findProblem } = s3Artifacts({ region: 'eu-west-1', endpoint });
  expect(await findProblem(target, { image: 'registry/checkout:2' })).toBeNull();
  expect(await findProblem(target, { version: '42' })).toBeNull();
  expect(seen).toEqual([]);
  const lost = s3Artifacts({ region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' });
  expect(await lost.findProblem(target, { s3: { bucket: 'builds', key: 'x.zip' } })).toBeNull();
});
