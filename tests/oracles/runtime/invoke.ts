/** Runs one invocation of a packaged function in its own process, with AWS's runtime client. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Runtime, runtimeClient } from './runtime-client.ts';

export interface PackagedFunction {
  /** `planRollout` */
  readonly key: string;
  readonly name: string;
  readonly handler: string;
  readonly memoryMb: number;
  /** The files of the artefact, by path. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Threw {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type Outcome =
  | { readonly answered: unknown }
  | { readonly threw: Threw }
  /** It never came to an answer: what it wrote says why. */
  | { readonly died: string };

/** On a busy machine, every function that reaches neither database nor AWS ends before this. */
const HANGS_AFTER_MS = 60_000;
const PRELOAD = new URL('./rapid-client.cjs', import.meta.url).pathname;

export interface Order {
  readonly event: unknown;
  /** The address of AWS. By default it is a port on which no process listens. */
  readonly aws?: string;
  readonly runtime?: Runtime;
}

export async function invoke(fn: PackagedFunction, order: Order): Promise<Outcome> {
  const { event, aws = `http://${NOBODY}`, runtime = 'nodejs24.x' } = order;
  const client = await runtimeClient(runtime);
  // The folder contains only the artefact, and the folders above it contain no package that Node could find.
  const root = mkdtempSync(join(tmpdir(), 'slipway-task-'));
  try {
    unpack(root, fn);
    const options: SpawnOptions = {
      cwd: root,
      env: environmentOf(fn, { root, aws }),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    };
    const child = spawn(process.execPath, ['--require', PRELOAD, client, fn.handler], options);
    const timer = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS);
    const [input, output, complaints, outcomes] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
    input.on('error', () => {});
    input.end(JSON.stringify({ event, headers: headersOf(fn) }));
    const said = Promise.all([text(output), text(complaints)]);
    const outcome = await firstLine(outcomes);
    clearTimeout(timer);
    child.kill('SIGKILL');
    return outcome === null ? { died: (await said).join('') } : (JSON.parse(outcome) as Outcome);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function unpack(root: string, { files }: PackagedFunction): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** What the process says after its first line is not the outcome. Returns null when the stream ends without a line. */
async function firstLine(stream: Readable): Promise<string | null> {
  let heard = '';
  for await (const chunk of stream) {
    heard += String(chunk);
    const end = heard.indexOf('\n');
    if (end >= 0) return heard.slice(0, end);
  }
  return null;
}

/** The variables that Lambda sets, in addition to the function's own variables. */
function environmentOf(
  { name, handler, memoryMb, environment }: PackagedFunction,
  { root, aws }: { readonly root: string; readonly aws: string },
) {
  return {
    PATH: process.env.PATH,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: root,
    AWS_LAMBDA_RUNTIME_API: NOBODY,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/05/[7]0123456789abcdef',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nothing',
    AWS_SESSION_TOKEN: 'none',
    AWS_ENDPOINT_URL: aws,
    ...environment,
  };
}

/** The discard port, which is closed. */
export const NOBODY = '127.0.0.1:9';

function headersOf({ name }: PackagedFunction) {
  return {
    'lambda-runtime-aws-request-id': '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
    'lambda-runtime-deadline-ms': String(Date.now() + 55_000),
    'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:123456789012:function:${name}:7`,
    'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
  };
}
