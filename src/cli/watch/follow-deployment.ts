/** TEMPORARY until h-watch is merged: the same interface. */
import type { AnswerOf } from '../../api/answers.ts';
import type { SlipwayClient } from '../../api/client.ts';
import { isSlipwayError } from '../../domain/errors.ts';

export interface Terminal {
  readonly write: (text: string) => void;
}
export interface FollowOrder {
  readonly client: SlipwayClient;
  readonly id: string;
  readonly until: 'end' | 'approval';
  readonly timeoutMs?: number;
  readonly as: 'screen' | 'lines' | 'json';
  readonly terminal: Terminal;
}
export interface Followed {
  readonly how: 'ended' | 'timeout' | 'approval' | 'left';
  readonly deployment: AnswerOf<'readDeployment'>;
}

export async function followDeployment({ client, id, until, timeoutMs, terminal }: FollowOrder): Promise<Followed> {
  const endsAt = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  let seen = 0;
  let last: AnswerOf<'readDeployment'> | undefined;
  for (;;) {
    const deployment = await client.readDeployment({ id }).catch((error: unknown) => {
      if (isSlipwayError(error, 'Transient')) return last;
      throw error;
    });
    last = deployment;
    if (deployment !== undefined) {
      for (const { sequence, at, because } of deployment.timeline) {
        if (sequence > seen) terminal.write(`${at} ${because}\n`);
        seen = Math.max(seen, sequence);
      }
      if (deployment.settledAt !== null) return { how: 'ended', deployment };
      if (until === 'approval' && deployment.status === 'awaitingApproval') return { how: 'approval', deployment };
      if (performance.now() > endsAt) {
        terminal.write(`The time is over. The deployment goes on: slipway watch ${id}\n`);
        return { how: 'timeout', deployment };
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
