/** Follows a deployment to its end: prints each new entry of its timeline, and asks again while the server does not answer. */
import type { AnswerOf } from '../../api/answers.ts';
import type { SlipwayClient } from '../../api/client.ts';
import { isSlipwayError } from '../../domain/errors.ts';
import { visibleAnswer } from '../print/visible.ts';

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

export async function followDeployment({ client, id, until, timeoutMs, as, terminal }: FollowOrder): Promise<Followed> {
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
      const fresh = deployment.timeline.filter(({ sequence }) => sequence > seen);
      for (const entry of fresh) {
        const { at, because } = visibleAnswer(entry);
        terminal.write(as === 'json' ? `${JSON.stringify(entry)}\n` : `${at} ${because}\n`);
      }
      seen = fresh.at(-1)?.sequence ?? seen;
      if (deployment.settledAt !== null) return { how: 'ended', deployment };
      if (until === 'approval' && deployment.status === 'awaitingApproval') return { how: 'approval', deployment };
      if (performance.now() > endsAt) {
        if (as !== 'json') terminal.write(`The time is over. The deployment goes on: slipway watch ${id}\n`);
        return { how: 'timeout', deployment };
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
