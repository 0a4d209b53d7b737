/**
 * Follows a deployment to its end, or until a person is awaited or the time is over. Whoever leaves, and whatever fails
 * here, the deployment goes on.
 */
import type { SlipwayClient } from '../../api/client.ts';
import { SlipwayError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Face, FaceOrder } from './face.ts';
import { jsonFace, linesFace } from './line-faces.ts';
import { observe } from './observe.ts';
import { outcomeLines } from './outcome-lines.ts';
import { screenFace } from './screen-face.ts';
import type { Followed, Seen } from './seen.ts';
import type { Terminal } from './terminal.ts';

export interface FollowOrder {
  readonly client: SlipwayClient;
  readonly id: string;
  readonly until: 'end' | 'approval';
  readonly timeoutMs?: number;
  readonly as: 'screen' | 'lines' | 'json';
  readonly terminal: Terminal;
  readonly clock: Clock;
}

const FACES = { screen: screenFace, lines: linesFace, json: jsonFace } as const satisfies Record<
  FollowOrder['as'],
  (order: FaceOrder) => Face
>;

/** Throws what the server refuses, and Transient when it has never answered before the time is over or the person left. */
export async function followDeployment(order: FollowOrder): Promise<Followed> {
  const waiting = wakeable();
  let isLeft = false;
  const leave = () => {
    isLeft = true;
    waiting.wake();
  };
  const face = FACES[order.as]({ ...order, leave, look: waiting.wake });
  let followed: Followed;
  try {
    followed = await ending(order, { face, sleep: waiting.sleep, isLeft: () => isLeft });
  } finally {
    face.close();
  }
  order.terminal.write(lastWords(followed, order));
  return followed;
}

interface Following {
  readonly face: Face;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isLeft: () => boolean;
}

async function ending(order: FollowOrder, { face, sleep, isLeft }: Following): Promise<Followed> {
  const { client, id, clock, until, timeoutMs = Number.POSITIVE_INFINITY } = order;
  const endsAt = clock.now() + timeoutMs;
  const isOver = () => isLeft() || clock.now() >= endsAt;
  // The last pause is not longer than the time that is left.
  const sleepInTime = (ms: number) => sleep(Math.min(ms, Math.max(1, endsAt - clock.now())));
  const looks = { client, id, clock, withEvidence: order.as === 'screen', sleep: sleepInTime, isOver };
  let last: Seen | undefined;
  let silence = '';
  const onTrouble = (trouble: { readonly since: number; readonly because: string }) => {
    silence = trouble.because;
    face.trouble(trouble);
  };
  for await (const seen of observe(looks, onTrouble)) {
    last = seen;
    if (seen.trouble === null) face.show(seen);
    const { deployment } = seen;
    if (deployment.settledAt != null) return { how: 'ended', deployment };
    if (until === 'approval' && deployment.status === 'awaitingApproval') return { how: 'approval', deployment };
  }
  if (last === undefined)
    throw new SlipwayError('Transient', silence || 'Slipway has not answered in time. Try again.');
  return { how: isLeft() ? 'left' : 'timeout', deployment: last.deployment };
}

function lastWords(followed: Followed, { as, terminal, id }: FollowOrder): string {
  if (as === 'json') {
    const { how, deployment } = followed;
    return `${JSON.stringify({ type: 'outcome', how, deployment: id, status: deployment.status, because: deployment.because, atPercent: deployment.atPercent })}\n`;
  }
  const columns = as === 'screen' ? terminal.size().columns : Number.POSITIVE_INFINITY;
  return `${outcomeLines(followed, columns).join('\n')}\n`;
}

/** A sleep that something else can end. */
function wakeable() {
  let wake = () => {};
  return {
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
