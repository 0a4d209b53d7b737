/**
 * Runs handlers as teams write them, in AWS's own runtime clients and in the twin. Both must give the same answer or
 * the same error.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearsalCloud } from '../../src/twin/cloud/cloud.ts';
import { seededRandom } from '../../src/twin/random.ts';
import { realScheduler } from '../../src/twin/scheduler.ts';
import { invoke, type Outcome } from './runtime/invoke.ts';
import type { Runtime } from './runtime/runtime-client.ts';
import { hasSeen } from './seen.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-handlers-'));
const cloud = rehearsalCloud({
  scheduler: realScheduler(),
  random: seededRandom(1),
  mode: 'real',
  root: folder,
  // On a fast machine the publishes of all cases would exceed the calls that Lambda accepts in a second.
  controlPlane: { callsPerSecond: 1_000 },
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

/** The text of a file `app`, and the name under which its handler is requested. */
interface Case {
  readonly file: string;
  readonly source: string;
  readonly handler?: string;
}

const commonjs = (source: string, handler = 'app.handler'): Case => ({ file: 'app.js', source, handler });
const module = (source: string, handler = 'app.handler'): Case => ({ file: 'app.mjs', source, handler });

const EITHER: Readonly<Record<string, Case>> = {
  'a promise': commonjs('exports.handler = async (event) => ({ statusCode: 200, body: event.name });'),
  'an export of a module': module('export const run = async (event) => [event.name];', 'app.run'),
  'an export below another': commonjs('exports.a = { b: async () => 1 };', 'app.a.b'),
  'no answer at all': commonjs('exports.handler = async () => {};'),
  'an error': commonjs(
    'class NoSuchOrder extends Error { name = "NoSuchOrder" } exports.handler = async () => { throw new NoSuchOrder("7"); };',
  ),
  'an error at once': commonjs('exports.handler = () => { throw new RangeError("7"); };'),
  'a text that is thrown': commonjs('exports.handler = async () => { throw "a text"; };'),
  'an object that is thrown': commonjs('exports.handler = async () => { throw { code: 7 }; };'),
  'what the handler is told of itself': commonjs(
    'exports.handler = async (event, context) => { const { functionName, functionVersion, memoryLimitInMB } = context; return { functionName, functionVersion, type: typeof memoryLimitInMB, left: context.getRemainingTimeInMillis() > 1000, id: /^[0-9a-f-]{36}$/.test(context.awsRequestId), arn: context.invokedFunctionArn.split(":").length }; };',
  ),
  'the names in its environment': commonjs(
    'exports.handler = async () => ["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT", "_HANDLER", "TZ"].filter((name) => process.env[name] === undefined);',
  ),
};

/**
 * The runtime client for Node 22 ignores a default export. It reports what it cannot load over HTTP, where no Lambda
 * listens.
 */
const LOADING: Readonly<Record<string, Case>> = {
  'a default export with the name': module('export default { run: async () => 2 };', 'app.run'),
  'an export that there is none of': commonjs('exports.other = async () => 1;'),
  'an export that is no function': commonjs('exports.handler = 7;'),
  'a syntax error': commonjs('exports.handler = async ( => 1;'),
  'a package that is not there': commonjs("const gone = require('gone-package'); exports.handler = async () => gone;"),
  'an error while it is loaded': commonjs('throw new TypeError("at load");'),
};

const CALLBACKS: Readonly<Record<string, Case>> = {
  'a callback': commonjs(
    'exports.handler = (event, context, callback) => setTimeout(() => callback(null, event.name), 5);',
  ),
  'a callback with an error': commonjs('exports.handler = (event, context, callback) => callback(new TypeError("7"));'),
  'a callback with a text': commonjs('exports.handler = (event, context, callback) => callback("7");'),
  'a callback that is never called': commonjs('exports.handler = (event, context, callback) => {};'),
  'a callback that does not wait': commonjs(
    'exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 50); callback(null, 1); };',
  ),
  'what a context had before': commonjs(
    'exports.handler = (event, context) => { context.succeed(Object.keys(context).sort()); };',
  ),
  'a rejection that nobody handles': commonjs(
    'exports.handler = async () => { Promise.reject(new TypeError("lost")); await new Promise((done) => setTimeout(done, 500)); };',
  ),
  'an exception that nobody catches': commonjs(
    'exports.handler = async () => { setTimeout(() => { throw new RangeError("late"); }, 1); await new Promise((done) => setTimeout(done, 500)); };',
  ),
};

const cases = (runtime: Runtime, all: Readonly<Record<string, Case>>) =>
  Object.entries(all).map(([name, one]) => [name, runtime, one] as const);

test.each([
  ...cases('nodejs24.x', EITHER),
  ...cases('nodejs24.x', LOADING),
  ...cases('nodejs22.x', EITHER),
  ...cases('nodejs22.x', CALLBACKS),
])('the result of %s is the same in the twin and in the runtime client of %s', async (_, runtime, one) => {
  const [inAws, here] = await Promise.all([inRuntime(runtime, one), inRehearsal(one)]);
  expect(here).toEqual(inAws);
  compared += 1;
  hasSeen('handlers', { compared });
});

const EVENT = { name: 'shop' };
let functions = 0;
let compared = 0;

async function inRuntime(runtime: Runtime, { file, source, handler = '' }: Case) {
  const order = { key: 'shop', name: 'shop', handler, memoryMb: 256, environment: {} };
  return comparable(await invoke({ ...order, files: { [file]: Buffer.from(source) } }, { event: EVENT, runtime }));
}

async function inRehearsal({ file, source, handler = '' }: Case) {
  functions += 1;
  const own = `${functions}-${file}`;
  writeFileSync(join(folder, own), source);
  const name = `shop`;
  const artifact = { s3: { bucket: 'local', key: `${functions}-${handler}` } };
  cloud.lambda.putFunction({ name });
  const target = { kind: 'lambda', function: name, alias: 'live' } as const;
  const version = await cloud.ports.versions.publish({ target, artifact, deploymentId: String(functions) });
  const result = await cloud.invoke({ functionName: name, qualifier: version, event: EVENT });
  if (result.outcome === 'answered') return comparable({ answered: result.payload });
  if (result.outcome === 'throttled') return null;
  return comparable({ threw: { errorType: result.errorType, errorMessage: result.message } });
}

/** Compares only the type of an error. Messages name files and places, which differ from folder to folder. */
function comparable(outcome: Outcome): unknown {
  if ('threw' in outcome) return { threw: outcome.threw.errorType };
  if ('died' in outcome) return { threw: /"errorType":"([^"]+)"/.exec(outcome.died)?.[1] ?? outcome.died };
  return {
    answered: JSON.parse(JSON.stringify(outcome.answered).replace(/"functionVersion":"\d+"/, '"functionVersion":""')),
  };
}
