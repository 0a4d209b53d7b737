/**
 * A kubectl whose `proxy` is the API server of a test. It records each request and returns the answers that the test
 * set.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aStandIn, type Heard as HeardCommand } from './a-stand-in.ts';

export interface Answer {
  readonly status?: number;
  /** The body is sent as JSON, unless it is a text. */
  readonly body?: unknown;
  /** The proxy ends in the middle of the call. */
  readonly dies?: boolean;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

const KINDS = {
  '/api/v1': ['configmaps ConfigMap', 'secrets Secret', 'pods Pod', 'namespaces Namespace cluster'],
  '/apis/apps/v1': ['deployments Deployment', 'deployments/scale Scale'],
};

const PROGRAM = `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2), KINDS = ${JSON.stringify(KINDS)};
const note = (name, what) => appendFileSync(__dirname + '/' + name, JSON.stringify(what) + '\\n');
const counted = (name) => existsSync(name) ? readFileSync(name, 'utf8').split('\\n').length - 1 : 0;
note('heard', { args, input: '', environment: process.env });
const socket = args.find((arg) => arg.startsWith('--unix-socket=')).slice(14);
const resource = ([name, kind, scope]) => ({ name, kind, namespaced: scope !== 'cluster' });
require('node:http').createServer(async (request, response) => {
  const { method, url: path, headers } = request;
  let text = '';
  for await (const part of request) text += part;
  response.setHeader('content-type', 'application/json');
  const kinds = KINDS[path];
  if (kinds) return response.end(JSON.stringify({ resources: kinds.map((kind) => resource(kind.split(' '))) }));
  const answers = JSON.parse(readFileSync(__dirname + '/answers', 'utf8'));
  const { status = 200, body = {}, dies } = answers[Math.min(counted(__dirname + '/asked'), answers.length - 1)];
  note('asked', { method, path, ...(text && { contentType: headers['content-type'], body: JSON.parse(text) }) });
  if (dies) process.kill(process.pid, 'SIGKILL');
  response.statusCode = status;
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}).listen(socket, () => process.stdout.write('Starting to serve on ' + socket + '\\n'));
`;

export function aProxyStandIn() {
  const standIn = aStandIn(PROGRAM);
  const linesOf = <T>(name: string): readonly T[] => {
    const file = join(standIn.folder, name);
    return existsSync(file)
      ? readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  };
  return {
    program: standIn.program,
    /**
     * Sets one answer for each of the next requests. The last answer also serves all later requests. Questions about
     * kinds have answers of their own.
     */
    answers(...answers: readonly Answer[]): void {
      rmSync(join(standIn.folder, 'asked'), { force: true });
      writeFileSync(join(standIn.folder, 'answers'), JSON.stringify(answers));
    },
    /** All requests since `answers` was called last. */
    asked: () => linesOf<Asked>('asked'),
    /** The arguments of each start of the proxy. */
    started: () => linesOf<HeardCommand>('heard'),
    remove: standIn.remove,
  };
}
