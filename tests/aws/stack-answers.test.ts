import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from '../../src/aws/exchange.ts';
import { stackAnswers } from '../../src/aws/stack-answers.ts';

const answer = {
  Status: 'SUCCESS',
  Reason: 'done',
  PhysicalResourceId: 'slipway-ledger',
  StackId: 'stack-1',
  RequestId: 'request-1',
  LogicalResourceId: 'LedgerMigrations',
} as const;

function aSender(...statuses: readonly number[]) {
  const sent: Exchange[] = [];
  const send = async (order: Exchange) => {
    sent.push(order);
    const status = statuses[sent.length - 1] ?? 200;
    if (status === 0) throw new Error('connect ECONNREFUSED');
    return { status, text: '' };
  };
  return { sent, answers: stackAnswers({ send }) };
}

test.each([
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/arn%3Aaws?X-Amz-Signature=a',
  'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com/a?b',
  'https://cloudformation-custom-resource-response-eucentral1.s3.eu-central-1.amazonaws.com/a?b',
  'https://cloudformation-custom-resource-response-cnnorth1.s3.cn-north-1.amazonaws.com.cn/a?b',
  'https://cloudformation-custom-resource-response-euscdeeast1.s3.eusc-de-east-1.amazonaws.eu/a?b',
  'https://cloudformation-custom-resource-response-usgovwest1.s3.us-gov-west-1.amazonaws.com/a?b',
])('CloudFormation gets its answer at the signed address %s, unchanged', async (url) => {
  const { sent, answers } = aSender();
  await answers.send(url, answer);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
  expect([sent[0]?.url.href, JSON.parse(sent[0]?.body ?? '')]).toEqual([url, answer]);
});

test.each([
  'http://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/a',
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:8443/a',
  'https://x@cloudformation-custom-resource-response-useast1.s3.amazonaws.com/a',
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com.evil.example/a',
  'https://cloudformation-custom-resource-response-useast1.evil.s3.amazonaws.com/a',
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.eu.evil.example/a',
  'https://cloudformation-custom-resource-response-useast1.s3.amazonaws-eu/a',
  'https://evil.example/cloudformation-custom-resource-response-useast1.s3.amazonaws.com',
  'https://s3.amazonaws.com/cloudformation-custom-resource-response-useast1/a',
  'http://169.254.169.254/latest/meta-data/',
  'http://127.0.0.1:4566/a',
  'file:///etc/passwd',
  'nowhere',
  '',
])('the answer is never sent to %s', async (url) => {
  const { sent, answers } = aSender();
  await expect(answers.send(url, answer)).rejects.toMatchObject({ name: 'InvalidRequest' });
  expect(sent).toEqual([]);
});

const bucket = 'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/a';

test('an answer that fails to arrive is sent again', async () => {
  const { sent, answers } = aSender(503, 0, 200);
  await answers.send(bucket, answer);
  expect(sent).toHaveLength(3);
});

test('an answer is given up after three tries, with the reason', async () => {
  const { sent, answers } = aSender(503, 0, 403);
  await expect(answers.send(bucket, answer)).rejects.toMatchObject({
    name: 'Transient',
    message: expect.stringMatching(/status 403.*It waits for its own timeout/),
  });
  expect(sent).toHaveLength(3);
});

test('an emulator gets its answer at its own address, over HTTP, and no other address gets one', async () => {
  const received: { request: IncomingMessage; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    received.push({ request, body });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers = stackAnswers({ endpoint });
  await answers.send(`${endpoint}/answers/1?token=a`, answer);
  await expect(answers.send('http://127.0.0.1:1/answers/1', answer)).rejects.toMatchObject({ name: 'InvalidRequest' });
  server.closeAllConnections();
  server.close();

  const [{ request, body } = { request: {} as IncomingMessage, body: '' }] = received;
  expect([received.length, request.method, request.url]).toEqual([1, 'PUT', '/answers/1?token=a']);
  expect(request.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(JSON.parse(body)).toEqual(answer);
});
