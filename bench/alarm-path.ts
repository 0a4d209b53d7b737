/**
 * How much Slipway adds to the one call of a rollback: the bare SDK's UpdateAlias against the path of an alarm. Both
 * run by turns in one process, against a loopback server that answers like Lambda.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { quickCalls } from '../src/aws/clients.ts';
import { lambdaTraffic } from '../src/aws/lambda-traffic.ts';
import type { Traffic } from '../src/ports/traffic.ts';
import { quantile, type Row } from './row.ts';

const WARM_UPS = 200;
const PAIRS = 2_000;
const target = { kind: 'lambda', function: 'checkout', alias: 'live' } as const;
const order = { target, stable: '41', canary: '42', revision: 'r1' };

/** `run` is the code between the alarm and the call: takeBack alone, or a whole operation over this traffic. */
export async function benchAlarmPath(
  run: (traffic: Traffic) => Promise<unknown> = (traffic) => traffic.takeBack(order),
): Promise<Row[]> {
  const lambdaService = await startLambdaService();
  const lambda = lambdaAt(lambdaService.url);
  const traffic = lambdaTraffic(lambda);
  const bare = () => lambda.send(bareCall());
  const ours = () => run(traffic);
  try {
    await measurePairs({ bare, ours, pairs: WARM_UPS });
    const callsBefore = lambdaService.calls();
    await ours();
    const calls = lambdaService.calls() - callsBefore;
    return [callsRow(calls), ...timeRows(await measurePairs({ bare, ours, pairs: PAIRS }))];
  } finally {
    lambda.destroy();
    lambdaService.stop();
  }
}

export function lambdaAt(endpoint: string): LambdaClient {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  return new LambdaClient({ ...quickCalls, endpoint, region: 'eu-west-1', credentials });
}

function bareCall(): UpdateAliasCommand {
  return new UpdateAliasCommand({
    FunctionName: 'checkout',
    Name: 'live',
    FunctionVersion: '41',
    RoutingConfig: { AdditionalVersionWeights: {} },
    RevisionId: 'r1',
  });
}

interface Times {
  readonly bareMs: readonly number[];
  readonly oursMs: readonly number[];
}

/** By turns, and each goes first every other time, so that a slow moment of the machine affects both. */
async function measurePairs({
  bare,
  ours,
  pairs,
}: {
  bare: () => Promise<unknown>;
  ours: () => Promise<unknown>;
  pairs: number;
}): Promise<Times> {
  const bareMs: number[] = [];
  const oursMs: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) bareMs.push(await timeMs(bare));
    oursMs.push(await timeMs(ours));
    if (pair % 2 === 1) bareMs.push(await timeMs(bare));
  }
  return { bareMs, oursMs };
}

async function timeMs(call: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

function callsRow(calls: number): Row {
  return { what: 'alarm to UpdateAlias: calls to Lambda', goal: '1', measured: String(calls), ok: calls === 1 };
}

function timeRows({ bareMs, oursMs }: Times): Row[] {
  return [
    { share: 0.5, goal: 2 },
    { share: 0.99, goal: 4 },
  ].map(({ share, goal }) => {
    const [bare, ours] = [quantile(bareMs, share), quantile(oursMs, share)];
    return {
      what: `alarm to UpdateAlias, warm: p${share * 100} over the bare SDK call`,
      goal: `<= ${goal}x`,
      measured: `${(ours / bare).toFixed(2)}x (${ours.toFixed(2)} ms over ${bare.toFixed(2)} ms)`,
      ok: ours <= goal * bare,
    };
  });
}

/**
 * Answers ListAliases with a divided alias. Every other request counts as UpdateAlias and gets the whole alias on
 * version 41, with a revision that is never stale. `movedAt` is the time of the latest such request, in milliseconds of
 * `performance.now`.
 */
export async function startLambdaService() {
  let calls = 0;
  let movedAt: number | null = null;
  const alias = { Name: 'live', FunctionVersion: '41', RevisionId: 'r1' };
  const divided = { ...alias, RoutingConfig: { AdditionalVersionWeights: { 42: 0.1 } } };
  const server: Server = createServer((request, response) => {
    calls += 1;
    const isList = request.method === 'GET';
    if (!isList) movedAt = performance.now();
    const answer = JSON.stringify(isList ? { Aliases: [divided] } : alias);
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: () => calls,
    movedAt: () => movedAt,
    stop: () => void server.close(),
  };
}
