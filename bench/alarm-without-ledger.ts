/**
 * How long an alarm takes to move the alias while the database is away: connections are refused at once, or accepted
 * and never answered.
 */

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { lambdaTraffic } from '../src/aws/lambda-traffic.ts';
import { remediateAlarmEvent } from '../src/operations/way-back/remediate-alarm.ts';
import { urgentDeploymentStore } from '../src/store/deployment-store.ts';
import { openDatabase } from '../src/store/postgres.ts';
import { systemClock, systemIds, systemPatience } from '../src/system.ts';
import { lambdaAt, startLambdaService } from './alarm-path.ts';
import type { Row } from './row.ts';

const GOAL_SECONDS = 3;

export async function benchAlarmWithoutLedger(): Promise<Row[]> {
  const silent = await silentServer();
  try {
    return [
      await measured('refuses connections', `postgres://slipway@127.0.0.1:${await freePort()}/slipway`),
      await measured('takes a connection and never answers', `postgres://slipway@127.0.0.1:${silent.port}/slipway`),
    ];
  } finally {
    silent.stop();
  }
}

async function measured(how: string, url: string): Promise<Row> {
  const service = await startLambdaService();
  const lambda = lambdaAt(service.url);
  const database = openDatabase(url);
  const unused = () => Promise.reject(new Error('Without the ledger there is no machine to speak to.'));
  const ports = {
    deployments: urgentDeploymentStore(database, systemClock),
    traffic: lambdaTraffic(lambda),
    clusters: { reach: async () => null },
    workflows: { start: unused, startAgain: unused, answer: unused, status: unused },
    measures: { record: () => {} },
    ...{ ids: systemIds, clock: systemClock, patience: systemPatience },
  };
  const startedAt = performance.now();
  await remediateAlarmEvent(ports, {
    ...{ id: 'event-1', alarm: 'checkout-errors', state: 'ALARM', at: systemClock.now() },
    measured: [{ function: 'checkout', alias: 'live' }],
  }).catch(() => undefined);
  const movedAt = service.movedAt();
  await database.close();
  lambda.destroy();
  service.stop();
  const seconds = movedAt === null ? Number.POSITIVE_INFINITY : (movedAt - startedAt) / 1_000;
  return {
    what: `alarm to UpdateAlias, while the database ${how}`,
    goal: `<= ${GOAL_SECONDS} s`,
    measured: `${seconds.toFixed(2)} s`,
    ok: seconds <= GOAL_SECONDS,
  };
}

async function silentServer(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A port on which no process listens. */
async function freePort(): Promise<number> {
  const { port, stop } = await silentServer();
  stop();
  return port;
}
