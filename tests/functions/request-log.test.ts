import { config } from '../../src/config.ts';
import { type LogLine, logText } from '../../src/functions/request-log.ts';
import { NOON } from '../contracts/store-samples.ts';

const before = { ...process.env };
afterEach(() => {
  for (const name of ['AWS_LAMBDA_LOG_LEVEL', '_X_AMZN_TRACE_ID']) delete process.env[name];
  Object.assign(process.env, before);
});

const line: LogLine = { level: 'info', message: 'POST /deploy', durationMs: 1.5, deploymentId: 'd-1' };
const context = { at: NOON, least: 'INFO', traceId: undefined };
const written = (given: LogLine, changed: Partial<typeof context> | { traceId: string } = {}) =>
  JSON.parse(logText(given, { ...context, ...changed }) ?? 'null');

test('a line has its level, its message, the time, the service and its fields', () => {
  expect(written(line)).toEqual({
    ...{ level: 'INFO', message: 'POST /deploy', timestamp: new Date(NOON).toISOString(), service: 'slipway' },
    ...{ durationMs: 1.5, deploymentId: 'd-1' },
  });
  expect(written(line, { traceId: '1-5759e988' })).toMatchObject({ xray_trace_id: '1-5759e988' });
});

test('a number that JSON does not know is written as text', () => {
  expect(written({ ...line, count: 9_007_199_254_740_993n })).toMatchObject({ count: '9007199254740993' });
});

test('a line contains no secret, neither in a field nor in the cause of an error', () => {
  const cause = { name: 'Error', message: 'connect postgres://ada:hunter2@db/slipway failed' };
  const failed = { ...line, waitToken: 'short', error: { name: 'Broken', message: 'Could not connect.', cause } };
  expect(JSON.stringify(written(failed))).not.toMatch(/hunter2|short/);
});

test.each([
  ['INFO', ['info', 'warn', 'error']],
  ['WARN', ['warn', 'error']],
  ['FATAL', []],
  ['nonsense', ['info', 'warn', 'error']],
])('at the level %s the lines of these levels are written: %j', (least, levels) => {
  const all = ['info', 'warn', 'error'] as const;
  expect(all.filter((level) => written({ ...line, level }, { least }) !== null)).toEqual(levels);
});

test('the level is the one that Lambda passes on, and undefined without one', () => {
  expect(config.LOG_LEVEL).toBeUndefined();
  process.env.AWS_LAMBDA_LOG_LEVEL = 'WARN';
  expect(config.LOG_LEVEL).toBe('WARN');
});

test('the trace is the root of the X-Ray header that Lambda sets', () => {
  expect(config.XRAY_TRACE_ID).toBeUndefined();
  process.env._X_AMZN_TRACE_ID = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1';
  expect(config.XRAY_TRACE_ID).toBe('1-5759e988-bd862e3fe1be46a994272793');
  process.env._X_AMZN_TRACE_ID = 'Self=1-67891234;Root=1-5759e988-bd862e3fe1be46a994272793';
  expect(config.XRAY_TRACE_ID).toBe('1-5759e988-bd862e3fe1be46a994272793');
  process.env._X_AMZN_TRACE_ID = '1-5759e988-bd862e3fe1be46a994272793';
  expect(config.XRAY_TRACE_ID).toBe('1-5759e988-bd862e3fe1be46a994272793');
});
