import { redactSecrets } from '../../src/functions/redact-secrets.ts';

const through = (value: unknown) => JSON.stringify(value, redactSecrets);

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
const TASK_TOKEN = `AAAAKgAAAAIAAAAAAAAAA${'b3/+'.repeat(60)}==`;

test.each([
  ['a bearer token', { message: `Refused: Authorization: Bearer ${JWT}` }, JWT],
  ['a JWT by itself', { error: { cause: { message: `cannot verify ${JWT}` } } }, JWT],
  ['a JWT without its signature', { message: JWT.split('.').slice(0, 2).join('.') }, 'eyJzdWIi'],
  ['a task token that AWS quotes', { message: `Invalid Token: '${TASK_TOKEN}'` }, TASK_TOKEN.slice(20, 60)],
  ['a field that is a token', { waitToken: 'short' }, 'short'],
  ['a password of a field', { config: { password: 'hunter2' } }, 'hunter2'],
  ['a header', { headers: { Authorization: 'Basic YWRhOmh1bnRlcjI=' } }, 'YWRhOmh1bnRlcjI'],
  ['the password of a URL', { message: 'connect postgres://ada:hunter2@db.example.org/slipway failed' }, 'hunter2'],
  ['a password in a list of settings', { message: 'host=db password=hunter2 user=ada' }, 'hunter2'],
  ['a signed URL', { message: 'GET https://s3/x?X-Amz-Signature=abcdef123456&X-Amz-Expires=60' }, 'abcdef123456'],
])('%s is removed from a log', (_what, line, secret) => {
  expect(through(line)).toContain('***');
  expect(through(line)).not.toContain(secret);
});

test.each([
  [{ message: 'Could not move the alias checkout:live: TooManyRequestsException: Rate exceeded.' }],
  [{ deploymentId: 'dep-01k9z6c3w0000001', requestId: '5f0c0c9e-8f5b-4d6e-9d0e-1c2d3e4f5a6b' }],
  [{ executionArn: 'arn:aws:states:eu-west-1:123456789012:execution:slipway-prod-rollout:dep-01k9z6c3w0000001' }],
  [{ stack: 'Error: x\n    at shiftTraffic (file:///var/task/src/functions/workflow/shift-traffic.mjs:12:3456)' }],
  [{ database: 'postgres://ada@db.example.org:5432/slipway', by: 'repo:acme/checkout:ref:refs/heads/main' }],
  [{ count: 3, nothing: null, tokens: 2 }],
])('a text that is no secret stays as it is: %j', (line) => {
  expect(through(line)).toBe(JSON.stringify(line));
});
