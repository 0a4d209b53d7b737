/**
 * Ends bakes with `States.Timeout` when their time is over, as Step Functions does where `TimeoutSecondsPath` counts.
 * Only for an emulator that lets bakes wait for ever. The tokens come from the ledger, the lengths from the API.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { SendTaskFailureCommand } from '@aws-sdk/client-sfn';
import pg from 'pg';
import type { SlipwayClient } from '../../src/api/client.ts';
import { durationMs } from '../../src/domain/duration.ts';
import type { Account } from './account.ts';

const EVERY_MS = 100;

export interface BakeClock {
  /** The number of bakes that it has ended so far. */
  readonly rung: () => number;
  stop(): Promise<void>;
}

export function startBakeClock(account: Account, order: { client: SlipwayClient; databaseUrl: string }): BakeClock {
  const pool = new pg.Pool({ connectionString: order.databaseUrl, max: 1, allowExitOnIdle: true });
  // A connection that breaks fails its statement. Without a listener the error would also end the process.
  pool.on('error', () => {});
  const answered = new Set<string>();
  let over = false;
  const running = (async () => {
    while (!over) {
      for (const { deploymentId, token } of await waits(pool)) {
        if (answered.has(token) || !(await isDue(order.client, deploymentId))) continue;
        answered.add(token);
        await timeOut(account, token);
      }
      await sleep(EVERY_MS);
    }
    await pool.end();
  })();
  return {
    rung: () => answered.size,
    stop() {
      over = true;
      return running;
    },
  };
}

interface Wait {
  readonly deploymentId: string;
  readonly token: string;
}

async function waits(pool: pg.Pool): Promise<readonly Wait[]> {
  const { rows } = await pool.query<Wait>('select deployment_id as "deploymentId", token from waits');
  return rows;
}

async function isDue(client: SlipwayClient, id: string): Promise<boolean> {
  const { steps, step, timeline } = await client.readDeployment({ id });
  const present = step === null ? undefined : steps[step.number - 1];
  const begun = timeline.findLast(({ kind }) => kind === 'BakeStarted');
  if (present === undefined || !('bake' in present) || begun === undefined) return false;
  return Date.now() >= Date.parse(begun.at) + durationMs(present.bake as Parameters<typeof durationMs>[0]);
}

async function timeOut({ steps }: Account, taskToken: string): Promise<void> {
  const cause = 'The bake had its time.';
  try {
    await steps.send(new SendTaskFailureCommand({ taskToken, error: 'States.Timeout', cause }));
  } catch (error) {
    // Another caller ended the wait at the same moment.
    if (!(error instanceof Error && /^(TaskTimedOut|TaskDoesNotExist|InvalidToken)$/.test(error.name))) throw error;
  }
}
